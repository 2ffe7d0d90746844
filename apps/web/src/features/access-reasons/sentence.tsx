import { Anchor } from '@mantine/core';
import type { Condition } from '@pellucid/conditions';
import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { mayUse } from '@/lib/session/permissions';
import { useMe } from '@/lib/session/use-me';
import { closeAllAccessQuestions } from '@/records/access/access-questions';
import { labelFromKey } from '@/records/access/field-visibility';
import type { ExplanationStep, Said } from '@/records/api/explain-access';
import { ConditionText } from '@/records/filters/condition-text';
import { fieldOf, type ObjectDescription } from '@/records/object-description';

import { filledText } from './filled-text';

/** A role's name, linked to the role for those who may change roles. */
function RoleName({ id, name }: { id: string | null | undefined; name: string }) {
  const { permissions } = useMe();
  if (!id || !mayUse(permissions, 'manageRoles')) return <strong>{name}</strong>;
  return (
    <Anchor component={Link} to={`/settings/roles/${id}`} inherit fw={600} onClick={closeAllAccessQuestions}>
      {name}
    </Anchor>
  );
}

/** An action as used inside a sentence ("see", "zu sehen"); an object's own verb by its label. */
export function actionWithin(t: TFunction, object: ObjectDescription | undefined, action: string): string {
  const label = object?.verbs?.find(({ key }) => key === action)?.label ?? action;
  return t(`access-reasons:actionTo.${action}`, {
    defaultValue: t('access-reasons:actionTo.other', { label: label.toLowerCase() }),
  });
}

interface SentenceProps {
  said: Said;
  object: ObjectDescription | undefined;
  /** The source of the step. */
  source?: ExplanationStep['source'];
}

/** A sentence of an explanation in the user's language, or in English if the app doesn't have the sentence. */
export function Sentence({ said, object, source }: SentenceProps) {
  const { t, i18n } = useTranslation();
  const { params } = said;
  const key = `access-reasons:said.${said.code}`;
  if (!i18n.exists(key) && !i18n.exists(`${key}_one`)) return said.because;
  const text = (name: string) => String(params[name] ?? '');
  const word = (list: string, value: string) =>
    t(`access-reasons:${list}.${value}`, { defaultValue: labelFromKey(value) });
  const plural = object?.pluralLabel ?? t('access-reasons:records');
  const objects = i18n.language === 'de' ? plural : plural.toLowerCase();
  const roles = Array.isArray(params['roles']) ? params['roles'].map(String) : [];
  const fieldKey = text('field');
  const nodes: Record<string, ReactNode> = {
    company: text('company'),
    name: <strong>{text('name')}</strong>,
    objects,
    role: <RoleName id={source?.kind === 'role' ? source.id : null} name={text('role')} />,
    roles: roles.map((name, index) => (
      <span key={name}>
        {index > 0 ? ', ' : ''}
        <strong>{name}</strong>
      </span>
    )),
    action: actionWithin(t, object, text('action')),
    scope: word('scopes', text('scope')),
    condition:
      object && params['condition'] ? (
        <q>
          <ConditionText object={object} condition={params['condition'] as Condition} />
        </q>
      ) : null,
    field: <strong>{(object && fieldOf(object, fieldKey)?.label) ?? labelFromKey(fieldKey)}</strong>,
    level: word('levels', text('level')),
    reason: t(`access-reasons:levelReasons.${text('source')}`, {
      objects,
      class: word('classes', text('class')),
      form: word('classForms', text('level')),
      madeOf: (object && fieldOf(object, text('madeOf'))?.label) ?? labelFromKey(text('madeOf')),
      defaultValue: '',
    }),
    linked: <strong>{text('name') || text('object')}</strong>,
    strategy: word('strategies', text('strategy')),
    access: word('shareForms', text('access')),
    status: word('statuses', text('status') || 'none'),
  };
  const variant = said.code === 'masked' && params['hasRule'] === true ? 'maskedByRule' : said.code;
  return filledText(t, `access-reasons:said.${variant}`, nodes, { count: roles.length });
}
