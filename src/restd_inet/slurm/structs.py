"""C structs in memory: filled from what a document said, and all that they point to."""

from __future__ import annotations

from restd_inet.schema.kinds.values import NO_VAL, Deferred, StructList

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from restd_inet.slurm.library import Library

#: Struct → libslurm's function that gives its members what counts for unset, and its further arguments.
INITIALISED: Mapping[str, tuple[Any, ...]] = {
    "job_desc_msg_t": ("slurm_init_job_desc_msg",),
    "update_node_msg_t": ("slurm_init_update_node_msg",),
    "partition_info_t": ("slurm_init_part_desc_msg",),
    "resv_desc_msg_t": ("slurm_init_resv_desc_msg",),
    "slurmdb_assoc_rec_t": ("slurmdb_init_assoc_rec", False),
    "slurmdb_add_assoc_cond_t": ("slurmdb_init_add_assoc_cond", False),
    "struct slurmdb_assoc_rec": ("slurmdb_init_assoc_rec", False),
    "slurmdb_cluster_cond_t": ("slurmdb_init_cluster_cond", False),
    "slurmdb_cluster_rec_t": ("slurmdb_init_cluster_rec", False),
    "slurmdb_qos_rec_t": ("slurmdb_init_qos_rec", False, NO_VAL[32]),
    "slurmdb_tres_cond_t": ("slurmdb_init_tres_cond", False),
    "slurmdb_wckey_rec_t": ("slurmdb_init_wckey_rec", False),
}

#: A member that is at another place in later releases → the function that sets it.
MOVED = {"job_id": "compat_set_job_id"}


class OwnedStruct:
    """members: what schema.parse gave; any other member is what Slurm takes for unset. A dict is for
    a member that points to a struct, a list of texts or values.StructList for a list.

    Raises Problem 400 for a text that libslurm does not take, 501 for a constant or a member that this
    release of Slurm does not have. All memory is this object's, and ends with it.
    """

    def __init__(self, slurm: Library, struct: str, members: Mapping[str, Any]) -> None:
        self._slurm = slurm
        self._kept: list[Any] = []
        self._name = struct
        self.struct = self._filled(struct, members)

    def set(self, member: str, value: Any) -> None:
        """Sets one more member."""
        self._set(self.struct, member, value, self._name)

    def _filled(self, struct: str, members: Mapping[str, Any]) -> Any:
        made = self._slurm.ffi.new(f"{struct} *")
        self._kept.append(made)
        if struct in INITIALISED:
            name, *arguments = INITIALISED[struct]
            getattr(self._slurm.lib, name)(made, *arguments)
        for member, value in members.items():
            self._set(made, member, value, struct)
        return made

    def _set(self, struct: Any, member: str, value: Any, name: str) -> None:
        types = dict(self._slurm.ffi.typeof(struct).item.fields)
        own = self._slurm.members(name).get(member, member)
        if own not in types:
            if value == "" or value in NO_VAL.values():  # nothing is asked of it
                return
            if (setter := MOVED.get(member)) is None:
                raise self._slurm.capabilities.lacking(f"{name}.{member}")
            getattr(self._slurm.lib, setter)(struct, value)
            return
        setattr(struct, own, self._content(value, types[own].type))

    def _content(self, value: Any, ctype: Any) -> Any:
        if isinstance(value, Deferred):
            return self._content(self._slurm.function(value.name)(value), ctype)
        if isinstance(value, str):
            return self._chars(value)
        if isinstance(value, StructList):
            return self._collection([self._filled(value.struct, item) for item in value.items], ctype)
        if isinstance(value, list):
            return self._collection([self._chars(text) for text in value], ctype)
        if isinstance(value, frozenset):
            return self._slurm.bits(value)
        if isinstance(value, dict) and ctype.kind == "struct":
            return self._filled(ctype.cname, value)[0]
        if isinstance(value, dict):
            return self._filled(ctype.item.cname, value)
        if ctype.kind == "pointer" and isinstance(value, int):
            return self._numbers(value, ctype)
        self._kept.append(value)  # it may own what it points to
        return value

    def _chars(self, text: str) -> Any:
        self._kept.append(self._slurm.ffi.new("char[]", text.encode("utf-8", "surrogateescape")))
        return self._kept[-1]

    def _collection(self, pointers: list[Any], ctype: Any) -> Any:
        """A list of Slurm's, or an array of pointers that ends with NULL, as the member is."""
        ffi, lib = self._slurm.ffi, self._slurm.lib
        if ctype.kind == "pointer" and ctype.item.kind == "struct":
            found = ffi.gc(lib.slurm_list_create(ffi.NULL), lib.slurm_list_destroy)
            for pointer in pointers:
                lib.slurm_list_append(found, pointer)
        else:
            found = ffi.new("char *[]", [*pointers, ffi.NULL])
        self._kept.append(found)
        return found

    def _numbers(self, value: int, ctype: Any) -> Any:
        """One number for a member that is an array in this release, ending with 0; NULL for an unset one."""
        if value == NO_VAL[32]:
            return self._slurm.ffi.NULL
        self._kept.append(self._slurm.ffi.new(f"{ctype.item.cname}[]", [value, 0]))
        return self._kept[-1]
