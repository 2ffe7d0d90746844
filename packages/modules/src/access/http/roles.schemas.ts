import { conditionSchema } from '@pellucid/conditions';
import { FIELD_LEVELS, SCOPES } from '@pellucid/platform/access';
import { freeText, nameText } from '@pellucid/platform/http';
import { z } from 'zod';

const key = z.string().min(1).max(100);

const name = nameText(100, 'give a name');
const description = freeText(500);

const permission = z
  .strictObject({
    object: key.meta({ description: 'Key of an object, or `*` for every one.' }),
    action: key.meta({
      description:
        'create, read, update, delete, assign, export, import, bulk, merge, reveal, a verb of the object, or `*`.',
    }),
    scope: z.enum(SCOPES),
    condition: conditionSchema.optional().meta({
      description: 'Limits the permission to records that match; uses fields of the object itself.',
    }),
    preset: z.record(z.string().max(100), z.unknown()).optional().meta({
      description: 'With `create`: values for fields that are left out.',
    }),
  })
  .meta({ id: 'RolePermission' });

const fieldPermission = z
  .strictObject({
    object: key,
    field: key.meta({ description: 'Key of a field, or `*` for all fields not listed.' }),
    access: z.enum(FIELD_LEVELS),
  })
  .meta({ id: 'RoleField' });

const rights = {
  permissions: z.array(permission).max(2000).optional(),
  system: z
    .array(key)
    .max(100)
    .optional()
    .meta({ description: 'Rights on the company; `*` for all of them.' }),
  fields: z.array(fieldPermission).max(5000).optional(),
};

/** The content of a new role. */
export const roleCreateBody = z
  .strictObject({ name, description: description.optional(), ...rights })
  .meta({ id: 'RoleCreate' });

/** Changes to a role; lists are replaced as a whole. */
export const roleChangeBody = z
  .strictObject({ name: name.optional(), description: description.optional(), ...rights })
  .meta({ id: 'RoleChange' });

/** The name of a copy. */
export const roleCopyBody = z
  .strictObject({ name, description: description.optional() })
  .meta({ id: 'RoleCopy' });

/** The rights of a role that is not saved, or a reset, for a preview. */
export const rolePreviewBody = z
  .strictObject({
    ...rights,
    reset: z
      .literal(true)
      .optional()
      .meta({ description: 'Previews a reset of the built-in role. Send no rights with it.' }),
  })
  .refine(({ reset, ...given }) => !reset || Object.keys(given).length === 0, {
    path: ['reset'],
    error: "can't be combined with rights: send one or the other",
  })
  .meta({ id: 'RolePreviewWish' });

/** The role that replaces a deleted one. */
export const roleRemovalQuery = z.strictObject({
  reassignTo: z
    .uuid({ error: 'must be the ID of a role' })
    .transform((id) => id.toLowerCase())
    .optional()
    .meta({ description: 'Role that people and API keys get instead of the deleted one.' }),
});

/** A role in responses. */
export const roleAnswer = z
  .object({
    id: z.uuid(),
    key: z.string().nullable(),
    name: z.string(),
    description: z.string(),
    builtIn: z.boolean(),
    modified: z
      .boolean()
      .meta({ description: 'A built-in role whose rights were changed from their default.' }),
    editable: z.boolean().meta({ description: 'False for Company Admin.' }),
    permissions: z.array(
      z.object({
        object: z.string(),
        action: z.string(),
        scope: z.enum(SCOPES),
        condition: z.unknown().optional(),
        preset: z.record(z.string(), z.unknown()).optional(),
      }),
    ),
    system: z.array(z.string()),
    fields: z.array(z.object({ object: z.string(), field: z.string(), access: z.enum(FIELD_LEVELS) })),
    version: z.int(),
    members: z.int().meta({ description: 'People who have it.' }),
    apiKeys: z.int().meta({ description: 'API keys that use it.' }),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Role' });

/** All roles. */
export const rolesAnswer = z.object({ data: z.array(roleAnswer) }).meta({ id: 'Roles' });

const effect = z.object({
  object: z.string(),
  action: z.string(),
  before: z.boolean().meta({ description: 'Whether the action was allowed for any record.' }),
  after: z.boolean(),
  gained: z.int().meta({ description: 'Records that come into scope; 0 for `create`, which has none.' }),
  lost: z.int().meta({ description: 'Records that go out of scope.' }),
  gainedCapped: z.boolean().meta({ description: 'There are more than `gained`.' }),
  lostCapped: z.boolean(),
});

const effects = {
  changes: z.array(effect),
  fields: z.array(
    z.object({
      object: z.string(),
      field: z.string(),
      before: z.enum(FIELD_LEVELS),
      after: z.enum(FIELD_LEVELS),
    }),
  ),
  system: z.object({ gained: z.array(z.string()), lost: z.array(z.string()) }),
};

const named = z.object({ id: z.uuid(), name: z.string() });

/** Who gains and loses what when a role changes. */
export const rolePreviewAnswer = z
  .object({
    members: z.array(z.object({ member: named, ...effects })),
    apiKeys: z.array(z.object({ apiKey: named, ...effects })),
    affected: z.object({ members: z.int(), apiKeys: z.int() }),
    checked: z.object({
      members: z.int(),
      apiKeys: z.int(),
      of: z.int().meta({ description: 'Number of people and keys that have the role.' }),
    }),
    leavesNoAdmin: z
      .boolean()
      .meta({ description: 'Saving is refused because no administrator would be left.' }),
  })
  .meta({ id: 'RolePreview' });
