"""sys.excepthook: one line on standard error, no traceback. It imports nothing that may be missing."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType


def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if isinstance(error, KeyboardInterrupt):
        return
    if isinstance(error, ImportError):
        text = f"cannot start: {error}; install restd-inet again"
    elif isinstance(error, OSError) and error.strerror:
        text = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    else:
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        where = f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
        text = f"internal error: {kind.__name__}: {error}{where}"
    if sys.stderr:
        sys.stderr.write(f"restd-inet: {text}\n")
