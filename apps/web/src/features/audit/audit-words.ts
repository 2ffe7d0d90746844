import { useTranslation } from 'react-i18next';
import { labelFromKey } from '@/records/access/field-visibility';
import { useObjects } from '@/records/api/describe-objects';

const SECURITY_PREFIX = 'security.';

/** Value of the object filter for all security events. */
export const ALL_SECURITY = 'security';

/** Whether the object key belongs to security events: "security.<object>". */
export const isSecurity = (object: string) => object.startsWith(SECURITY_PREFIX);
const withoutPrefix = (object: string) =>
  isSecurity(object) ? object.slice(SECURITY_PREFIX.length) : object;

/** Actions offered as filters, those on records first. */
export const RECORD_ACTIONS = [
  'created',
  'updated',
  'deleted',
  'restored',
  'restoredVersion',
  'erased',
  'converted',
  'won',
  'lost',
  'reopened',
  'moved',
  'disqualified',
  'merged',
  'unlinked',
  'computed',
  'contactLinked',
  'contactUnlinked',
  'becamePrimary',
  'linesChanged',
] as const;

export const SECURITY_ACTIONS = [
  'loggedIn',
  'loggedOut',
  'logInFailed',
  'sessionRevoked',
  'refreshReplayed',
  'passwordChanged',
  'passwordReset',
  'addressConfirmed',
  'secondFactorAdded',
  'secondFactorRemoved',
  'secondFactorReset',
  'recoveryCodeUsed',
  'recoveryCodesRenewed',
  'memberInvited',
  'invitationAccepted',
  'rolesAssigned',
  'roleCreated',
  'roleChanged',
  'roleDeleted',
  'shared',
  'unshared',
  'viewCreated',
  'viewChanged',
  'viewDeleted',
  'importTemplateCreated',
  'importTemplateChanged',
  'importTemplateDeleted',
  'recordTemplateCreated',
  'recordTemplateChanged',
  'recordTemplateDeleted',
  'apiKeyCreated',
  'apiKeyChanged',
  'apiKeyRotated',
  'apiKeyRevoked',
  'apiKeyRefused',
  'fieldRevealed',
  'tokenOpened',
  'maskingRuleChanged',
  'duplicateRuleCreated',
  'duplicateRuleChanged',
  'duplicateRuleDeleted',
  'duplicatesDismissed',
  'duplicatesReopened',
  'assignmentRuleCreated',
  'assignmentRuleChanged',
  'assignmentRuleDeleted',
  'assignmentTerritoryCreated',
  'assignmentTerritoryChanged',
  'assignmentTerritoryDeleted',
  'layoutCreated',
  'layoutChanged',
  'layoutDeleted',
  'fieldKeysRotated',
  'customFieldCreated',
  'customFieldChanged',
  'customFieldDeleted',
  'customFieldRestored',
  'customFieldPurged',
  'customFieldsReordered',
  'customObjectCreated',
  'customObjectChanged',
  'customObjectDeleted',
  'customObjectRestored',
  'customObjectPurged',
  'settingsChanged',
  'auditExported',
  'exportStarted',
  'exportCompleted',
  'exportDownloaded',
  'personalDataErased',
  'deadLetterReplayed',
  'deadLetterDiscarded',
  'messageSentAgain',
  'messageDismissed',
] as const;

/** Objects of security events that have no description. */
export const SECURITY_OBJECTS = [
  'member',
  'role',
  'apiKey',
  'session',
  'maskingRule',
  'customField',
  'customObject',
  'layout',
  'view',
  'importTemplate',
  'recordTemplate',
  'tenant',
  'audit',
  'export',
  'job',
  'outboundMessage',
] as const;

/** Names of objects and actions. A name that the catalogue lacks is made from the key. */
export function useAuditWords() {
  const { t, i18n } = useTranslation('audit');
  const objects = useObjects();
  const word = (group: string, key: string) =>
    i18n.exists(`audit:${group}.${key}`) ? t(`${group}.${key}`) : labelFromKey(key);
  return {
    actionLabel: (verb: string) => word('actions', verb),
    objectLabel: (object: string) => {
      const key = withoutPrefix(object);
      return objects.find((known) => known.key === key)?.label ?? word('objects', key);
    },
    /** Path of the object's record pages; undefined if the user has no such page. */
    pathOf: (object: string) => objects.find((known) => known.key === withoutPrefix(object))?.path,
  };
}
