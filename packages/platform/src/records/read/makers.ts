/** Whoever made something: a person or an API key. The name is null where the reader may not know it. */
export interface Maker {
  id: string;
  name: string | null;
}

/**
 * Returns SQL for whoever made the row of an alias, as a {@link Maker}; null if nobody did. Only API keys have their name in it:
 * `RecordReader.nameMakers` adds those of people.
 */
export const makerOf = (alias: string) =>
  `case when ${alias}.created_by_id is not null then json_build_object('id', ${alias}.created_by_id,
     'name', (select maker.name from api_key maker where maker.tenant_id = ${alias}.tenant_id and maker.id = ${alias}.created_by_id)) end`;
