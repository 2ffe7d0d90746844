import { isLinkedRecord } from '../object-description';

/** Returns what tells the names of people whom a record's texts mention: the record links to them, with the names that one may see. */
export function namesIn(record: Record<string, unknown> | undefined): (id: string) => string | undefined {
  return (id) => {
    const links = Object.values(record ?? {})
      .flat()
      .filter(isLinkedRecord);
    return links.find((link) => link.id === id)?.name || undefined;
  };
}
