"""What the documents say of the program is so."""

import re
from pathlib import Path

from restd_inet.settings import OPTIONS

ROOT = Path(__file__).resolve().parents[1]
MAN_PAGE = (ROOT / "contrib/man/restd-inet.8").read_text().replace("\\-", "-")


def test_the_man_page_has_every_option():
    missing = [flag for option in OPTIONS for flag in option.flags if not re.search(rf"{flag}\b", MAN_PAGE)]

    assert missing == []


def test_the_man_page_has_every_environment_variable():
    assert [option.env for option in OPTIONS if option.env and option.env not in MAN_PAGE] == []


def test_links_in_the_documents_lead_somewhere():
    for document in ROOT.glob("*.md"):
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", document.read_text()):
            assert (ROOT / target).exists(), f"{document.name}: {target}"
