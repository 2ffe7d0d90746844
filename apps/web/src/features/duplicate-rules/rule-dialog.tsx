import { Alert, Button, MultiSelect, Select, Stack, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { ApiProblem } from '@/lib/api-problem';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton } from '@/lib/layers/overlays';
import { notify } from '@/lib/notify';
import { fieldProblemText, problemText } from '@/lib/problem-text';
import { useDraft } from '@/lib/unsaved/use-draft';
import { useObjects } from '@/records/api/describe-objects';
import { addRule, type DuplicateRule, saveRule } from './api/duplicate-rules';
import { ConditionEditor } from './condition-editor';
import classes from './duplicate-rules.module.css';
import {
  ACTIONS,
  type Action,
  type ConditionDraft,
  draftOf,
  emptyRule,
  isComplete,
  MOST,
  newCondition,
  ruleOf,
} from './model/rule-draft';
import { RuleTrial } from './rule-trial';

const WHEN = ['onCreate', 'onUpdate', 'onImport'] as const;

interface RuleDialogProps {
  /** The rule to change. If left out, one is added. */
  rule?: DuplicateRule;
  onClose: () => void;
}

/** Adds a rule, or changes one. */
export function RuleDialog({ rule, onClose }: RuleDialogProps) {
  const { t } = useTranslation('duplicate-rules');
  return (
    <Dialog
      size="lg"
      title={rule ? t('dialog.edit', { rule: rule.name }) : t('dialog.add')}
      onClose={onClose}
    >
      <RuleForm rule={rule} onClose={onClose} />
    </Dialog>
  );
}

function RuleForm({ rule, onClose }: { rule: DuplicateRule | undefined; onClose: () => void }) {
  const { t } = useTranslation('duplicate-rules');
  const objects = useObjects().filter(({ listed }) => listed);
  const [start] = useState(() => (rule ? draftOf(rule) : emptyRule()));
  const [draft, setDraft] = useState(start);
  useDraft(() => draft !== start);
  const [isTried, setTried] = useState(false);
  const set = (change: Partial<typeof draft>) => setDraft((current) => ({ ...current, ...change }));
  const chosen = draft.objects.flatMap((key) => objects.find((object) => object.key === key) ?? []);
  const save = useMutation({
    mutationFn: () => (rule ? saveRule(rule, ruleOf(draft)) : addRule({ ...ruleOf(draft), isActive: true })),
    onSuccess: ({ name }) => {
      notify({ message: t(rule ? 'dialog.saved' : 'dialog.added', { rule: name }) });
      onClose();
    },
  });
  const problems = save.error instanceof ApiProblem ? save.error.fields : [];
  const isMissing = (missing: boolean, text: string) => (isTried && missing ? t(text) : undefined);
  const change = (id: string, next: Partial<ConditionDraft>) =>
    set({ conditions: draft.conditions.map((each) => (each.id === id ? { ...each, ...next } : each)) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (draft.name.trim() && isComplete(draft)) save.mutate();
  };
  return (
    <Form onSubmit={submit}>
      <Stack gap="lg">
        {save.isError ? (
          <Alert color="red" variant="light" role="alert">
            {problems.length ? problems.map(fieldProblemText).join(' ') : problemText(save.error)}
          </Alert>
        ) : null}
        <TextInput
          data-autofocus
          label={t('dialog.name')}
          withAsterisk
          autoComplete="off"
          maxLength={100}
          value={draft.name}
          error={isMissing(!draft.name.trim(), 'dialog.nameMissing')}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <MultiSelect
          label={t('dialog.objects')}
          description={t('dialog.objectsHelp')}
          withAsterisk
          searchable
          data={objects.map(({ key, pluralLabel }) => ({ value: key, label: pluralLabel }))}
          value={draft.objects}
          maxValues={10}
          error={isMissing(!draft.objects.length, 'dialog.objectsMissing')}
          onChange={(next) => set({ objects: next })}
        />
        {chosen.length ? (
          <fieldset className={classes['part']}>
            <legend className={classes['legend']}>{t('dialog.conditions')}</legend>
            {draft.conditions.map((condition, n) => (
              <ConditionEditor
                key={condition.id}
                number={n + 1}
                condition={condition}
                objects={chosen}
                isTried={isTried}
                onChange={(next) => change(condition.id, next)}
                onRemove={
                  draft.conditions.length > 1
                    ? () => set({ conditions: draft.conditions.filter(({ id }) => id !== condition.id) })
                    : undefined
                }
              />
            ))}
            {draft.conditions.length < MOST.conditions ? (
              <Button
                size="compact-xs"
                variant="default"
                leftSection={<IconPlus size={13} />}
                onClick={() => set({ conditions: [...draft.conditions, newCondition()] })}
              >
                {t('condition.add')}
              </Button>
            ) : null}
          </fieldset>
        ) : null}
        <fieldset className={classes['part']}>
          <legend className={classes['legend']}>{t('dialog.actions')}</legend>
          <div className={classes['actions']}>
            {WHEN.map((when) => (
              <Select
                key={when}
                label={t(`when.${when}`)}
                allowDeselect={false}
                data={ACTIONS.map((value) => ({ value, label: t(`actions.${value}`) }))}
                value={draft[when]}
                onChange={(next) => next && set({ [when]: next as Action })}
              />
            ))}
          </div>
          <span className={classes['help']}>{t('dialog.actionsHelp')}</span>
        </fieldset>
        <RuleTrial draft={draft} />
        <FormButtons>
          <CancelButton>{t('cancel')}</CancelButton>
          <Button type="submit" loading={save.isPending}>
            {t(rule ? 'dialog.save' : 'dialog.create')}
          </Button>
        </FormButtons>
      </Stack>
    </Form>
  );
}
