/** Tables that are partitioned by month, with their time column, by their names in the database. */
export const partitionedTables = [
  { table: 'gpu_session', column: 'started_at' },
  { table: 'api_usage', column: 'used_at' },
  { table: 'connection_event', column: 'occurred_at' },
  { table: 'analytics_event', column: 'occurred_at' },
  { table: 'audit_event', column: 'occurred_at' },
] as const;
