import type { QueryKey } from '@tanstack/react-query';
import { queryClient } from './query-client';

/** Changes that are being saved, by what they change. */
const saving = new Map<string, number>();

/**
 * Saves a change of loaded data that shows at once, such as a switch of settings. If it can't be saved, or others are saved
 * at the same time, the data is loaded again.
 * @param key of the query that holds the data
 * @param changed makes the data as it will be
 * @param save saves it, and returns the data as it is then
 * @throws what `save` throws, after the change is taken back
 */
export async function savedAtOnce<Data>(
  key: QueryKey,
  changed: (data: Data) => Data,
  save: () => Promise<Data>,
): Promise<void> {
  const name = JSON.stringify(key);
  const others = saving.get(name) ?? 0;
  saving.set(name, others + 1);
  await queryClient.cancelQueries({ queryKey: key, exact: true });
  const before = queryClient.getQueryData<Data>(key);
  if (before !== undefined) queryClient.setQueryData(key, changed(before));
  let isCurrent = false;
  try {
    const saved = await save();
    // An answer that others may have overtaken is not shown.
    isCurrent = others === 0 && saving.get(name) === 1;
    if (isCurrent) queryClient.setQueryData(key, saved);
  } finally {
    const left = saving.get(name)! - 1;
    if (left > 0) saving.set(name, left);
    else saving.delete(name);
    if (!isCurrent && left === 0) await queryClient.invalidateQueries({ queryKey: key, exact: true });
  }
}
