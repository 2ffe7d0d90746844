import type { Permission } from './access.types.js';

/** A role that every tenant is born with. */
export interface BuiltInRole {
  key: 'companyAdmin' | 'salesManager' | 'salesRep' | 'readOnly';
  name: string;
  description: string;
  permissions: Permission[];
  system: string[];
}

/** System permissions, beside those on objects. Each is asked for by an endpoint: a right for what is not there promises nothing. */
export const SYSTEM_PERMISSIONS = [
  'manageUsers',
  'manageRoles',
  'manageFields',
  'manageImports',
  'manageIntegrations',
  'viewAudit',
  'erasePersonalData',
  'manageSettings',
  'detokenise',
] as const;

const configuration = ['member', 'team', 'legalEntity', 'pipeline', 'stage', 'product'];
const read = (object: string): Permission => ({ object, action: 'read', scope: 'all' });

/** What selling works on. */
const SELLING = ['account', 'contact', 'lead', 'opportunity', 'tag'];
/** What a sales rep does with every record, and what only with those they own; verbs follow `update`. */
const REP_SCOPES = {
  read: 'all',
  create: 'all',
  update: 'own',
  delete: 'own',
  assign: 'own',
  bulk: 'own',
} as const;

/** The four built-in roles. Objects that a role does not name are closed to it. */
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
