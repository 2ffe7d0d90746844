import type { Permission } from './access.types.js';

/** A role that every tenant is born with. */
export interface BuiltInRole {
  key: 'companyAdmin' | 'salesManager' | 'salesRep' | 'readOnly';
  name: string;
  description: string;
  permissions: Permission[];
  system: string[];
}

/** System permissions, beside those on objects. */
export const SYSTEM_PERMISSIONS = [
  'manageUsers',
  'manageRoles',
  'manageFields',
  'manageWorkflows',
  'manageImports',
  'manageIntegrations',
  'viewAudit',
  'manageBilling',
  'manageSettings',
  'detokenise',
] as const;

const configuration = ['member', 'team', 'legalEntity', 'pipeline', 'stage', 'product'];
const read = (object: string): Permission => ({ object, action: 'read', scope: 'all' });

/** What selling works on, with the verbs of each. */
const SELLING: Record<string, string[]> = {
  account: [],
  contact: [],
  lead: ['convert', 'reopen', 'disqualify'],
  opportunity: ['move', 'win', 'lose', 'reopen'],
  tag: [],
};

/** The four built-in roles. Objects that a role does not name are closed to it. */
export const BUILT_IN_ROLES: BuiltInRole[] = [
  {
    key: 'companyAdmin',
    name: 'Company Admin',
    description: 'May do everything in this company.',
    permissions: [{ object: '*', action: '*', scope: 'all' }],
    system: ['*'],
  },
  {
    key: 'salesManager',
    name: 'Sales Manager',
    description: 'Works with all sales records, imports and manages products.',
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
    description: 'Works with sales records.',
    permissions: [
      ...configuration.map(read),
      ...Object.entries(SELLING).flatMap(([object, verbs]) =>
        ['read', 'create', 'update', 'delete', ...verbs, 'assign', 'bulk'].map(
          (action): Permission => ({ object, action, scope: 'all' }),
        ),
      ),
    ],
    system: [],
  },
  {
    key: 'readOnly',
    name: 'Read Only',
    description: 'Sees everything, changes nothing.',
    permissions: [{ object: '*', action: 'read', scope: 'all' }],
    system: [],
  },
];
