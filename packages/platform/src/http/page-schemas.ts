import { z } from 'zod';

/** Returns the schema of the number of entries of a page. @param limit the default @param most the largest one */
export const pageLimit = (limit = 50, most = 200) => {
  const rule = `must be a whole number from 1 to ${most}`;
  return z.coerce.number(rule).int(rule).min(1, rule).max(most, rule).default(limit);
};

/** Query parameters of a list with pages. @param limit entries of a page by default @param most at most */
export const pageQuery = (limit?: number, most?: number) =>
  z.strictObject({ limit: pageLimit(limit, most), cursor: z.string().max(2000).optional() });

/** Where a page of a list ends. */
export const pageSchema = z
  .object({ nextCursor: z.string().nullable(), hasMore: z.boolean() })
  .meta({ id: 'Page' });

/** The schema of a page of a list. @param id its name in the API document */
export const listSchema = <Entry extends z.ZodType>(entry: Entry, id: string) =>
  z.object({ data: z.array(entry), page: pageSchema }).meta({ id });

/** Returns the answer that {@link listSchema} describes. @param nextCursor null for the last page */
export const listAnswer = <Entry>(data: Entry[], nextCursor: string | null) => ({
  data,
  page: { nextCursor, hasMore: nextCursor !== null },
});
