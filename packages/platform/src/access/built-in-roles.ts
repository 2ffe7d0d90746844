import type { OBJECT_ACTIONS, Permission, RoleRights, Scope } from './access.types.js';

/** A role that every tenant has, as the product defines it. */
export interface BuiltInRole extends RoleRights {
  key: 'companyAdmin' | 'salesManager' | 'salesRep' | 'readOnly';
  name: string;
  description: string;
}

/**
 * Permissions that do not belong to an object. Each is required by an endpoint, so no right is offered for a feature
 * that does not exist.
 */
export const SYSTEM_PERMISSIONS = [
  'manageUsers',
  'manageRoles',
  'manageFields',
  'manageImports',
  'manageViews',
  'manageIntegrations',
  'viewAudit',
  'erasePersonalData',
  'manageSettings',
  'manageJobs',
  'detokenise',
] as const;

/** How far a role reaches, by action; `*` is every action. Verbs follow `update`. */
export type ActionScopes = Partial<Record<(typeof OBJECT_ACTIONS)[number] | '*', Scope>>;

/**
 * What an object's description gives the built-in roles that work with named objects. The other two need no mention:
 * Company Admin may do everything with every object, and Read Only may read it.
 */
export type BuiltInRights = Partial<Record<'salesManager' | 'salesRep', ActionScopes>>;

const EVERYTHING: ActionScopes = { '*': 'all' };
const READING: ActionScopes = { read: 'all' };

/** For objects that sales people work with. Sales reps change only their own records. */
export const SALES_DATA: BuiltInRights = {
  salesManager: EVERYTHING,
  salesRep: { read: 'all', create: 'all', update: 'own', delete: 'own', assign: 'own', bulk: 'own' },
};

/** For objects that sales managers maintain and sales reps use, such as products. */
export const SALES_CATALOG: BuiltInRights = { salesManager: EVERYTHING, salesRep: READING };

/** For objects that administrators maintain and everybody sees, such as teams. */
export const CONFIGURATION: BuiltInRights = { salesManager: READING, salesRep: READING };

/** The part of an object's description that the roles are made of. */
export interface ObjectRights {
  key: string;
  roles: BuiltInRights;
}

/**
 * Returns the four built-in roles. A role has no access to objects whose descriptions do not mention it.
 * @param objects in the order in which the permissions are listed
 */
export function builtInRoles(objects: ObjectRights[]): BuiltInRole[] {
  const named = (role: keyof BuiltInRights): Permission[] =>
    objects.flatMap(({ key, roles }) =>
      Object.entries(roles[role] ?? {}).map(([action, scope]) => ({ object: key, action, scope })),
    );
  return [
    {
      key: 'companyAdmin',
      name: 'Company Admin',
      description: 'Full access to everything in this company.',
      permissions: [{ object: '*', action: '*', scope: 'all' }],
      system: ['*'],
      fields: [],
    },
    {
      key: 'salesManager',
      name: 'Sales Manager',
      description: 'Works with all sales records, runs imports and manages products.',
      permissions: named('salesManager'),
      system: ['manageImports', 'manageViews'],
      fields: [],
    },
    {
      key: 'salesRep',
      name: 'Sales Rep',
      description: 'Views all sales records, changes only their own.',
      permissions: named('salesRep'),
      system: [],
      fields: [],
    },
    {
      key: 'readOnly',
      name: 'Read Only',
      description: 'Views everything, changes nothing.',
      permissions: [{ object: '*', action: 'read', scope: 'all' }],
      system: [],
      fields: [],
    },
  ];
}

/** The built-in roles as the descriptions of this product define them. */
export class BuiltInRoles {
  private readonly byKey: ReadonlyMap<string, BuiltInRole>;

  /** @param objects every described object */
  constructor(objects: ObjectRights[]) {
    this.byKey = new Map(builtInRoles(objects).map((role) => [role.key, role]));
  }

  /** Returns all four, the widest first. */
  all(): BuiltInRole[] {
    return [...this.byKey.values()];
  }

  /** Returns the product's rights of a stored role; undefined for a role that a company made. */
  of(role: { key: string | null; builtIn: boolean }): BuiltInRole | undefined {
    return role.builtIn && role.key !== null ? this.byKey.get(role.key) : undefined;
  }

  /** Keys of the roles that make their holders administrators. */
  administrators(): string[] {
    return this.all().flatMap(({ key, system }) => (system.includes('*') ? [key] : []));
  }
}
