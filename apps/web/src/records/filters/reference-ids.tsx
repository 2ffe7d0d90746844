import { useQueries } from '@tanstack/react-query';
import { recordQuery } from '../api/get-record';
import type { PeopleOffered } from '../fields/people-to-choose';
import { MultiReferencePicker, ReferencePicker } from '../fields/reference-picker';
import { type ObjectDescription, recordName } from '../object-description';

/** Picks records where only IDs are stored. Looks up their names for display. */
export function ReferenceIds({
  target,
  ids,
  isSingle,
  people,
  onChange,
}: {
  target: ObjectDescription;
  ids: string[];
  isSingle?: boolean;
  people?: PeopleOffered;
  onChange: (ids: string[]) => void;
}) {
  const queries = useQueries({ queries: ids.map((id) => recordQuery(target.path, id)) });
  const references = ids.map((id, index) => {
    const record = queries[index]?.data;
    return { id, name: record ? recordName(target, record) : '…' };
  });
  if (isSingle) {
    return (
      <ReferencePicker
        size="xs"
        aria-label={target.label}
        object={target}
        canCreate={false}
        {...(people && { people })}
        value={references[0] ?? null}
        onChange={(next) => onChange(next ? [next.id] : [])}
      />
    );
  }
  return (
    <MultiReferencePicker
      size="xs"
      aria-label={target.label}
      object={target}
      canCreate={false}
      {...(people && { people })}
      value={references}
      onChange={(next) => onChange(next.map(({ id }) => id))}
    />
  );
}
