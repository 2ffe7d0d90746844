import { Button, NativeSelect, Skeleton, Switch, Text } from '@mantine/core';
import { notify } from '@/lib/notify';
import { splitPath } from '@pellucid/conditions';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SearchInput } from '@/lib/forms/search-input';
import { SettingsLayout } from '@/app/shell/settings-layout';
import { ApiProblem } from '@/lib/api-problem';
import { problemText } from '@/lib/problem-text';
import { useUnsavedChanges } from '@/lib/unsaved/use-unsaved-changes';
import { useObjects } from '@/records/api/describe-objects';
import {
  encryptionQuery,
  type MaskedObject,
  type ProtectedField,
  refreshRules,
  rulesQuery,
  saveRule,
} from './api/field-security';
import { KeyCard } from './key-card';
import { MaskedFieldRow } from './masked-field-row';
import classes from './masking-page.module.css';
import { hasOwnRule, nameOf, type RuleDraft, withRule } from './rule-draft';
import { RulePreview } from './rule-preview';

/** How each field is masked, what roles would see of real rows, and the state of encrypted fields. */
export default function MaskingPage() {
  const { t } = useTranslation('field-security');
  const rules = useQuery(rulesQuery);
  const encryption = useQuery(encryptionQuery);
  return (
    <SettingsLayout part="masking">
      <Text size="sm" c="dimmed" mb="md" maw={720}>
        {t('intro')}
      </Text>
      {rules.isPending ? (
        <Skeleton height={320} radius="md" role="status" aria-label={t('loading')} />
      ) : rules.isError ? (
        <StateMessage
          role="alert"
          icon={<IconAlertTriangle size={20} />}
          title={t('failed')}
          text={problemText(rules.error)}
        >
          <Button size="xs" onClick={() => void rules.refetch()}>
            {t('retry')}
          </Button>
        </StateMessage>
      ) : (
        <Rules objects={rules.data} protectedFields={encryption.data?.data ?? []} />
      )}
      {encryption.data ? <KeyCard state={encryption.data} objects={rules.data ?? []} /> : null}
    </SettingsLayout>
  );
}

interface RulesProps {
  objects: MaskedObject[];
  protectedFields: ProtectedField[];
}

/** Errors of fields' rules, by "object.field". */
type Problems = Record<string, string>;

function Rules({ objects, protectedFields }: RulesProps) {
  const { t } = useTranslation('field-security');
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as { object?: string };
  // Personal data is what most rules are about.
  const people = useObjects().find(({ presentation }) => presentation.isPerson);
  const object = objects.find((each) => each.object === (search.object ?? people?.key)) ?? objects[0];
  const [draft, setDraft] = useState<RuleDraft>({});
  const [problems, setProblems] = useState<Problems>({});
  const [text, setText] = useState('');
  const [isOnlyOwn, setOnlyOwn] = useState(false);
  const changes = Object.keys(draft).length;
  useUnsavedChanges(changes > 0);
  const save = useMutation({
    // Saves one rule at a time, so that a refused rule doesn't block the others.
    mutationFn: async () => {
      const failed: Problems = {};
      for (const [name, rule] of Object.entries(draft)) {
        const [key, field] = splitPath(name) as [string, string];
        await saveRule(key, field, rule).catch((error) => {
          failed[name] =
            error instanceof ApiProblem
              ? (error.fields[0]?.message ?? problemText(error))
              : problemText(error);
        });
      }
      await refreshRules();
      return failed;
    },
    onSuccess: (failed) => {
      setProblems(failed);
      setDraft((current) => Object.fromEntries(Object.entries(current).filter(([name]) => name in failed)));
      if (Object.keys(failed).length === 0) notify({ message: t('saved') });
    },
  });
  if (!object) return null;
  const wanted = text.trim().toLowerCase();
  const shown = object.fields.filter(
    (field) =>
      `${field.label} ${field.field}`.toLowerCase().includes(wanted) &&
      (!isOnlyOwn || hasOwnRule(object.object, field, draft)),
  );
  const ownCount = (each: MaskedObject) =>
    each.fields.filter((field) => hasOwnRule(each.object, field, draft)).length;
  return (
    <>
      <div className={classes['toolbar']}>
        <NativeSelect
          size="xs"
          className={classes['object']}
          aria-label={t('object')}
          value={object.object}
          data={objects.map((each) => {
            const count = ownCount(each);
            return {
              value: each.object,
              label: count ? t('objectWithRules', { name: each.pluralLabel, count }) : each.pluralLabel,
            };
          })}
          onChange={(event) =>
            void navigate({ to: '.', search: { object: event.currentTarget.value }, replace: true } as never)
          }
        />
        <SearchInput
          className={classes['search']}
          label={t('search')}
          text={text}
          onType={setText}
          onClear={() => setText('')}
        />
        <Switch
          size="xs"
          label={t('onlyOwn')}
          checked={isOnlyOwn}
          onChange={(event) => setOnlyOwn(event.currentTarget.checked)}
        />
      </div>
      {shown.length ? (
        <div className={classes['heads']} aria-hidden>
          <span>{t('heads.field')}</span>
          <span>{t('heads.class')}</span>
          <span>{t('heads.strategy')}</span>
          <span>{t('heads.example')}</span>
        </div>
      ) : null}
      {shown.length ? (
        <ul className={classes['rows']} aria-label={t('fieldsOf', { objects: object.pluralLabel })}>
          {shown.map((field) => (
            <MaskedFieldRow
              key={field.field}
              object={object.object}
              field={field}
              draft={draft}
              problem={problems[nameOf(object.object, field.field)]}
              protection={protectedFields.filter(
                (each) => each.object === object.object && each.field === field.field,
              )}
              onChange={(rule) => {
                setDraft((current) => withRule(current, object.object, field, rule));
                setProblems(({ [nameOf(object.object, field.field)]: _, ...others }) => others);
              }}
            />
          ))}
        </ul>
      ) : (
        <Text size="sm" c="dimmed" py="sm">
          {t(isOnlyOwn && !wanted ? 'noneOwn' : 'none')}
        </Text>
      )}
      <RulePreview object={object} draft={draft} />
      {changes > 0 ? (
        <section className={classes['bar']} aria-label={t('save.label')}>
          <span className={classes['count']}>{t('save.changes', { count: changes })}</span>
          <Button
            size="xs"
            variant="default"
            onClick={() => document.getElementById('masking-preview')?.scrollIntoView({ block: 'start' })}
          >
            {t('save.preview')}
          </Button>
          <Button
            size="xs"
            variant="subtle"
            color="gray"
            onClick={() => {
              setDraft({});
              setProblems({});
            }}
          >
            {t('save.discard')}
          </Button>
          <Button size="xs" loading={save.isPending} onClick={() => save.mutate()}>
            {t('save.save')}
          </Button>
        </section>
      ) : null}
    </>
  );
}
