import type {
  CustomObjectSettings,
  OBJECT_ACTIONS,
  Permission,
  RoleRights,
  SALES_ACCESS,
  Scope,
} from './access.types.js';
import type { TenantObjects } from './tenant-objects.js';

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
  'manageAssignment',
  'overrideDuplicates',
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
  salesRep: {
    read: 'all',
    create: 'all',
    update: 'own',
    delete: 'own',
    assign: 'own',
    bulk: 'own',
    export: 'own',
  },
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
      system: ['manageImports', 'manageViews', 'manageAssignment', 'overrideDuplicates'],
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
  private readonly ofTenants = new WeakMap<readonly ObjectRights[], ReadonlyMap<string, BuiltInRole>>();

  /** @param objects every described object */
  constructor(private readonly objects: ObjectRights[]) {
    this.byKey = byKeyOf(objects);
  }

  /** Returns all four, the widest first. */
  all(): BuiltInRole[] {
    return [...this.byKey.values()];
  }

  /**
   * Returns the product's rights of a stored role; undefined for a role that a company made.
   * @param own the objects that the company made
   */
  of(role: { key: string | null; builtIn: boolean }, own: readonly ObjectRights[]): BuiltInRole | undefined {
    if (!role.builtIn || role.key === null) return undefined;
    if (!own.length) return this.byKey.get(role.key);
    let roles = this.ofTenants.get(own);
    if (!roles) {
      roles = byKeyOf([...this.objects, ...own]);
      this.ofTenants.set(own, roles);
    }
    return roles.get(role.key);
  }

  /** Keys of the roles that make their holders administrators. */
  administrators(): string[] {
    return this.all().flatMap(({ key, system }) => (system.includes('*') ? [key] : []));
  }
}

const byKeyOf = (objects: ObjectRights[]) => new Map(builtInRoles(objects).map((role) => [role.key, role]));

const SALES_RIGHTS: Record<(typeof SALES_ACCESS)[number], BuiltInRights> = {
  data: SALES_DATA,
  catalog: SALES_CATALOG,
  configuration: CONFIGURATION,
  none: {},
};

/** Returns what the built-in roles may do with an object that a company made. */
export const rightsOfCustomObject = ({ salesAccess = 'data' }: CustomObjectSettings): BuiltInRights =>
  SALES_RIGHTS[salesAccess];

const ownRights = new WeakMap<TenantObjects, ObjectRights[]>();

/** Returns the objects that a company made, as far as roles are made of them. */
export function customObjectRights(objects: TenantObjects): ObjectRights[] {
  let rights = ownRights.get(objects);
  if (!rights) {
    rights = [...objects.byKey].map(([key, { settings }]) => ({
      key,
      roles: rightsOfCustomObject(settings),
    }));
    ownRights.set(objects, rights);
  }
  return rights;
}
