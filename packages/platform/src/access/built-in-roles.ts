import type { Permission } from './access.types.js';

/** A role that every new tenant gets. */
export interface BuiltInRole {
  key: 'companyAdmin' | 'salesManager' | 'salesRep' | 'readOnly';
  name: string;
  description: string;
  permissions: Permission[];
  system: string[];
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
  'manageIntegrations',
  'viewAudit',
  'erasePersonalData',
  'manageSettings',
  'manageJobs',
  'detokenise',
] as const;

const configuration = ['member', 'team', 'legalEntity', 'pipeline', 'stage', 'product'];
const read = (object: string): Permission => ({ object, action: 'read', scope: 'all' });

/** The objects that sales people work with. */
const SELLING = ['account', 'contact', 'lead', 'opportunity', 'tag'];
/** What a sales rep may do with every record, and what only with their own; verbs follow `update`. */
const REP_SCOPES = {
  read: 'all',
  create: 'all',
  update: 'own',
  delete: 'own',
  assign: 'own',
  bulk: 'own',
} as const;

/** The four built-in roles. A role has no access to objects that it does not name. */
export const BUILT_IN_ROLES: BuiltInRole[] = [
  {
    key: 'companyAdmin',
    name: 'Company Admin',
    description: 'Full access to everything in this company.',
    permissions: [{ object: '*', action: '*', scope: 'all' }],
    system: ['*'],
  },
  {
    key: 'salesManager',
    name: 'Sales Manager',
    description: 'Works with all sales records, runs imports and manages products.',
    permissions: [
      ...configuration.filter((o) => o !== 'product').map(read),
      ...['account', 'contact', 'lead', 'opportunity', 'product', 'tag'].map(
        (object): Permission => ({ object, action: '*', scope: 'all' }),
      ),
    ],
    system: ['manageImports'],
  },
  {
    key: 'salesRep',
    name: 'Sales Rep',
    description: 'Views all sales records, changes only their own.',
    permissions: [
      ...configuration.map(read),
      ...SELLING.flatMap((object) =>
        Object.entries(REP_SCOPES).map(([action, scope]): Permission => ({ object, action, scope })),
      ),
    ],
    system: [],
  },
  {
    key: 'readOnly',
    name: 'Read Only',
    description: 'Views everything, changes nothing.',
    permissions: [{ object: '*', action: 'read', scope: 'all' }],
    system: [],
  },
];
