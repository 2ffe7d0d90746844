import { useQuery } from '@tanstack/react-query';
import { recordQuery } from '../api/get-record';
import { type ObjectDescription, recordName } from '../object-description';
import { ReferencePicker } from './reference-picker';

/** Chooses the person by whom a page is filtered, whose ID is in the URL. */
export function PersonFilter({
  label,
  placeholder,
  member,
  id,
  onChange,
}: {
  label: string;
  placeholder: string;
  /** The description of people. */
  member: ObjectDescription;
  id: string | undefined;
  onChange: (id: string | undefined) => void;
}) {
  // The URL contains only the ID.
  const person = useQuery({ ...recordQuery(member.path, id ?? ''), enabled: id !== undefined, retry: false });
  const name = person.data ? recordName(member, person.data) : (id ?? '');
  return (
    <ReferencePicker
      size="xs"
      object={member}
      label={label}
      placeholder={placeholder}
      canCreate={false}
      people="all"
      value={id ? { id, name } : null}
      onChange={(value) => onChange(value?.id)}
    />
  );
}
