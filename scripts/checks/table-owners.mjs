/**
 * Which module owns which table, and who else may name it in SQL. A schema file named after a module makes it the owner of
 * its tables; other tables are the platform's unless they stand here.
 */

/** Owners of tables in schema files that are not named after their module. */
export const OWNERS = {
  api_key: 'api-keys',
  api_key_usage: 'api-keys',
  custom_field: 'custom-fields',
  custom_object: 'custom-objects',
  legal_entity: 'legal-entities',
  masking_rule: 'field-security',
  member: 'members',
  member_entity: 'access',
  member_role: 'access',
  record_share: 'access',
  role: 'access',
  tag: 'tags',
  team: 'teams',
  tenant: 'tenancy',
  tenant_setting: 'tenancy',
};

/** Tables that every module may read, and why. */
export const PUBLIC = {
  tenant: 'companies are known to everybody',
  tenant_setting: 'so are their settings',
  member: 'lists name the people who did something',
  api_key: 'and the API keys that did',
  job: 'work that runs as a job shows the state of its job',
  bulk_job: 'and work that is a bulk job its counts',
};

/**
 * Further accesses across modules, by reader and table, and why no function of the owner does instead. `reads` are selects
 * and joins, `writes` everything.
 */
export const ALLOWED = {
  platform: {
    reads: {
      role: 'rights are decided from the roles of a company, read together with everything else about its access',
      member_role: 'as for roles',
      member_entity: 'as for roles',
      team: 'as for roles',
      exchange_rate: 'aggregates of any object convert amounts in the statement that adds them up',
      legal_entity: 'as for roles',
      masking_rule: 'as for roles',
      custom_field: 'the description of an object has the fields that a company added',
      custom_object: 'the objects that a company made are described from their definitions',
      assignment_rule: 'rules about owners are part of what every write obeys, and read with it',
      assignment_territory: 'as for rules',
      duplicate_rule:
        'every write obeys the rules about duplicates, which are read with everything else about a company',
      record_share: 'scopes join the shares of records',
      field_protection: 'the description of a field says whether it is being encrypted',
      base_currency_change: 'the settings of a company say whether amounts are being recalculated',
    },
    writes: {
      tenant: 'raises the access version, which every cache of rights follows, in the same statement',
      api_key_usage: 'retention deletes old rows of every kind',
    },
  },
  access: {
    reads: { team: 'the audience of a share may be a team' },
    writes: { api_key: 'a role that is deleted hands over its people and keys in one transaction' },
  },
  'api-keys': {
    reads: {
      role: 'a key is listed with the name of its role',
      record_event: 'a key that made a change is kept when it is revoked',
    },
  },
  audit: {
    reads: {
      record_event: 'seals cover the log as it is stored, down to the bytes of its columns',
      event_outbox: 'as for the log',
      feed: 'as for the log',
      feed_head: 'as for the log',
    },
    writes: { installation_key: 'seals have a key of their own among those of the installation' },
  },
  contacts: {
    reads: { account: 'links between contacts and accounts count only living accounts, and lock them' },
  },
  'custom-objects': {
    reads: { saved_view: 'purges pins and shares of views of an object that is gone' },
    writes: {
      custom_record: 'purges the records of an object that was deleted long ago, and keeps composed names',
      custom_index: 'purges what belongs to such records',
      record_link: 'as for custom_index',
      record_redirect: 'as for custom_index',
      deletion_effect: 'as for custom_index: nothing can be restored any more',
      duplicate_rule: 'drops an object that is gone from rules: they stay while it can be restored',
      duplicate_pair: 'as for custom_index',
      duplicate_pair_rule: 'as for custom_index',
      role: 'purges rights to an object that is gone: they stay while it can be restored',
    },
  },
  'field-security': {
    reads: {
      custom_field: 'the check of stored values runs as a command, without the application',
      custom_object: 'as for custom fields',
    },
    writes: {
      job: 'the command that reseals values requests jobs without the application',
      tenant: 'as above: it raises the access version',
    },
  },
  identity: {
    reads: { role: 'the last administrator cannot leave' },
    writes: {
      member: 'a log-in becomes that of a person in a company',
      member_role: 'the first roles of a person come with the invitation',
      tenant: 'locks the company while its last administrator could leave, and raises its access version',
    },
  },
  imports: { writes: { field_option: 'a dry run rolls back the options that rows would have added' } },
  'installation-keys': {
    reads: { audit_seal: 'every master key that anything is kept under must be known' },
  },
  opportunities: {
    reads: {
      account: "composed names and amounts in the company's base currency follow accounts whoever sees them",
      product: 'composed names contain the first product',
      stage: 'rules of stages are checked for many deals in the statement that moves them',
      pipeline: 'as for stages',
    },
  },
  tenancy: {
    writes: {
      role: 'a new company gets its built-in roles with its row',
      feed_head: 'and the head of its feed',
    },
  },
};
