"""The calls of slurmdb_* that take a condition or records, and their structs (slurm/slurmdb.h)."""

from __future__ import annotations

#: A call that reads → the structs of its condition ("" for none) and of the items of its list.
READS = {
    "slurmdb_accounts_get": ("slurmdb_account_cond_t", "slurmdb_account_rec_t"),
    "slurmdb_associations_get": ("slurmdb_assoc_cond_t", "slurmdb_assoc_rec_t"),
    "slurmdb_clusters_get": ("slurmdb_cluster_cond_t", "slurmdb_cluster_rec_t"),
    "slurmdb_events_get": ("slurmdb_event_cond_t", "slurmdb_event_rec_t"),
    "slurmdb_instances_get": ("slurmdb_instance_cond_t", "slurmdb_instance_rec_t"),
    "slurmdb_qos_get": ("slurmdb_qos_cond_t", "slurmdb_qos_rec_t"),
    "slurmdb_tres_get": ("slurmdb_tres_cond_t", "slurmdb_tres_rec_t"),
    "slurmdb_txn_get": ("slurmdb_txn_cond_t", "slurmdb_txn_rec_t"),
    "slurmdb_users_get": ("slurmdb_user_cond_t", "slurmdb_user_rec_t"),
    "slurmdb_wckeys_get": ("slurmdb_wckey_cond_t", "slurmdb_wckey_rec_t"),
}
#: A call that adds a list of records → their struct.
ADDS = {
    "slurmdb_accounts_add": "slurmdb_account_rec_t",
    "slurmdb_associations_add": "slurmdb_assoc_rec_t",
    "slurmdb_clusters_add": "slurmdb_cluster_rec_t",
    "slurmdb_qos_add": "slurmdb_qos_rec_t",
    "slurmdb_users_add": "slurmdb_user_rec_t",
    "slurmdb_wckeys_add": "slurmdb_wckey_rec_t",
}
#: A call that changes what a condition finds → the structs of the condition and of the change.
MODIFIES = {
    "slurmdb_accounts_modify": ("slurmdb_account_cond_t", "slurmdb_account_rec_t"),
    "slurmdb_associations_modify": ("slurmdb_assoc_cond_t", "slurmdb_assoc_rec_t"),
    "slurmdb_job_modify": ("slurmdb_job_cond_t", "slurmdb_job_rec_t"),
    "slurmdb_qos_modify": ("slurmdb_qos_cond_t", "slurmdb_qos_rec_t"),
    "slurmdb_users_modify": ("slurmdb_user_cond_t", "slurmdb_user_rec_t"),
}
#: A call that removes what a condition finds → the struct of the condition.
REMOVES = {
    "slurmdb_accounts_remove": "slurmdb_account_cond_t",
    "slurmdb_associations_remove": "slurmdb_assoc_cond_t",
    "slurmdb_clusters_remove": "slurmdb_cluster_cond_t",
    "slurmdb_qos_remove": "slurmdb_qos_cond_t",
    "slurmdb_users_remove": "slurmdb_user_cond_t",
    "slurmdb_wckeys_remove": "slurmdb_wckey_cond_t",
}
