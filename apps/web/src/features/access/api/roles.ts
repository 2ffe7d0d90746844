import {
  changeRole,
  copyRole,
  createRole,
  deleteRole,
  getRole,
  previewRole,
  resetRole as resetToDefault,
  type RoleChange,
  type RolePreview,
} from '@pellucid/api-client';
import { queryOptions } from '@tanstack/react-query';
import { queryClient } from '@/lib/query-client';
import type { Role } from '@/lib/roles';
import { recordKeys } from '@/records/api/record-keys';
import '@/lib/transport';
import type { RoleDraft } from '../model/role-draft';

const one = (id: string) => ['roles', 'one', id] as const;

/** One role. Fails with 404 if it doesn't exist in the company. */
export function roleQuery(id: string) {
  return queryOptions({
    queryKey: one(id),
    queryFn: ({ signal }): Promise<Role> => getRole({ path: { id }, signal }),
  });
}

/** Refetches everything that depends on roles, including the user and the object descriptions. */
function refresh(): void {
  void queryClient.invalidateQueries({ queryKey: ['roles'] });
  void queryClient.invalidateQueries({ queryKey: ['me'] });
  void queryClient.invalidateQueries({ queryKey: recordKeys.objects });
}

/** Creates a role without rights, or with those of another role. */
export async function makeRole(wish: {
  name: string;
  description: string;
  copyOf: string | null;
}): Promise<Role> {
  const { copyOf, ...body } = wish;
  const role = copyOf ? await copyRole({ path: { id: copyOf }, body }) : await createRole({ body });
  refresh();
  return role;
}

/** Answers 412 if somebody else changed the role since `version`. */
export async function saveRole(id: string, changes: Partial<RoleDraft>, version: number): Promise<Role> {
  const role = await changeRole({
    path: { id },
    body: changes as RoleChange,
    headers: { 'If-Match': `"${version}"` },
  });
  queryClient.setQueryData(one(id), role);
  refresh();
  return role;
}

/** Gives a built-in role its default rights again. Answers 412 if somebody else changed the role since `version`. */
export async function resetRole(id: string, version: number): Promise<void> {
  const role = await resetToDefault({ path: { id }, headers: { 'If-Match': `"${version}"` } });
  queryClient.setQueryData(one(id), role);
  refresh();
}

/** Previews who would gain and lose what, without saving. */
export function foretell(id: string, changes: Partial<RoleDraft>): Promise<RolePreview> {
  const { permissions, system, fields } = changes as RoleChange;
  return previewRole({
    path: { id },
    body: {
      ...(permissions ? { permissions } : {}),
      ...(system ? { system } : {}),
      ...(fields ? { fields } : {}),
    },
  });
}

/** Previews who would gain and lose what if the built-in role got its default rights again. */
export function resetPreviewQuery({ id, version }: Role) {
  return queryOptions({
    queryKey: [...one(id), 'reset', version],
    queryFn: ({ signal }): Promise<RolePreview> =>
      previewRole({ path: { id }, body: { reset: true }, signal }),
    staleTime: 0,
    gcTime: 0,
  });
}

/** @param reassignTo role that people and API keys with it get instead */
export async function removeRole(id: string, reassignTo: string | null): Promise<void> {
  await deleteRole({ path: { id }, ...(reassignTo ? { query: { reassignTo } } : {}) });
  refresh();
}
