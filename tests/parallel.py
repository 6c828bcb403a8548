"""How pytest-xdist deals the tests out: file by file, and what it does after a process that crashed.

xdist alone gives a test that crashed its process to the next one, until it has none left and ends without a
result; and it gives tests to a new process that is not ready yet.
"""

from __future__ import annotations

from typing import Any

from xdist.scheduler import LoadFileScheduling


class FileByFile(LoadFileScheduling):
    def remove_node(self, node: Any) -> str | None:
        """The test in which the process ended, if it did in one: others go on with the rest."""
        work = self.assigned_work.pop(node)
        left = [(file, test) for file, tests in work.items() for test, done in tests.items() if not done]
        if not left:
            return None
        file, crashed = left[0]
        work[file][crashed] = True
        self.workqueue.update({file: tests for file, tests in work.items() if not all(tests.values())})
        for other in self.assigned_work:
            self._reschedule(other)
        return crashed

    def add_node_collection(self, node: Any, collection: Any) -> None:
        super().add_node_collection(node, collection)
        if node not in self.registered_collections:
            raise RuntimeError(
                "a new process has other tests: their names depend on time or on the order of a set"
            )

    def _reschedule(self, node: Any) -> None:
        if node in self.registered_collections:
            super()._reschedule(node)
