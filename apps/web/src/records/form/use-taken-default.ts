import { useQuery } from '@tanstack/react-query';
import { useMe } from '@/lib/session/use-me';
import { useObject } from '../api/describe-objects';
import { recordQuery } from '../api/get-record';
import {
  type FieldDescription,
  fieldOf,
  isReference,
  type ObjectDescription,
  PEOPLE,
} from '../object-description';

/**
 * What the server will fill in if the field of a new record is left empty: the value of the record that a reference leads
 * to, else the field's default. Without a legal entity, a record gets that of the person who creates it.
 * @param chosen value of that reference, as far as it is known
 */
export function useTakenDefault(
  object: ObjectDescription | undefined,
  field: FieldDescription | undefined,
  chosen: unknown,
): string | undefined {
  const { user } = useMe();
  const from = field?.defaultFrom;
  const members = useObject(PEOPLE);
  const target = useObject(from && object && fieldOf(object, from.reference)?.references);
  const own = useQuery({
    ...recordQuery(members?.path ?? '', user.memberId ?? ''),
    enabled: Boolean(from && members && user.memberId && !isReference(chosen)),
  });
  const reference = isReference(chosen) ? chosen : from && own.data?.[from.reference];
  const id = isReference(reference) ? reference.id : undefined;
  const taken = useQuery({ ...recordQuery(target?.path ?? '', id ?? ''), enabled: Boolean(target && id) });
  const value = (from && id && taken.data?.[from.field]) || field?.default;
  return typeof value === 'string' ? value : undefined;
}
