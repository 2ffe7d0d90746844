/**
 * Returns SQL for the tenant of a statement that finds many rows by their ids or keys, for which the planner counts on the rows
 * of an average tenant. For a constant it looks into its statistics. They don't know a tenant that has just begun, so it counts on
 * a single row and reads all rows of the tenant, once for each one that is looked for: an import gets slower with each row.
 * @param placeholder of the tenant's id
 */
export const averageTenant = (placeholder: string): string => `(select ${placeholder}::uuid)`;
