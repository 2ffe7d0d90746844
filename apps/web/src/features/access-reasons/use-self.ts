import { useMe } from '@/lib/session/use-me';
import { viewedRole } from '@/lib/session/view-as';
import type { AccessSubject } from '@/records/access/access-questions';

/** The default subject of a question: the user, or the role they view as. */
export function useSelf(): AccessSubject {
  const { user } = useMe();
  const role = viewedRole();
  return role ? { kind: 'role', ...role } : { kind: 'member', id: user.memberId, name: user.name };
}
