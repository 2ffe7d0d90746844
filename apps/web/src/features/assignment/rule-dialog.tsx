import { Alert, Button, Select, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { ApiProblem } from '@/lib/api-problem';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton } from '@/lib/layers/overlays';
import { notify } from '@/lib/notify';
import { fieldProblemText, problemText } from '@/lib/problem-text';
import { useDraft } from '@/lib/unsaved/use-draft';
import { ConditionSetting } from '@/records/filters/condition-setting';
import type { ObjectDescription } from '@/records/object-description';
import { addRule, type AssignmentRule, saveRule, type Territory } from './api/assignment';
import { draftOf, emptyRule, isComplete, ruleOf } from './model/rule-draft';
import { TargetFields } from './target-fields';

interface RuleDialogProps {
  lead: ObjectDescription;
  /** The rule to change. If left out, one is added. */
  rule: AssignmentRule | undefined;
  names: Record<string, string>;
  territories: Territory[];
  onClose: () => void;
}

/** Adds a rule, or changes one. */
export function RuleDialog(props: RuleDialogProps) {
  const { t } = useTranslation('assignment');
  const { rule, onClose } = props;
  return (
    <Dialog size="lg" title={rule ? t('rules.edit', { rule: rule.name }) : t('rules.add')} onClose={onClose}>
      <RuleForm {...props} />
    </Dialog>
  );
}

function RuleForm({ lead, rule, names, territories, onClose }: RuleDialogProps) {
  const { t } = useTranslation('assignment');
  const [start] = useState(() => (rule ? draftOf(rule, names) : emptyRule()));
  const [draft, setDraft] = useState(start);
  useDraft(() => draft !== start);
  const [isTried, setTried] = useState(false);
  const set = (change: Partial<typeof draft>) => setDraft((current) => ({ ...current, ...change }));
  const save = useMutation({
    mutationFn: () => (rule ? saveRule(rule, ruleOf(draft)) : addRule(ruleOf(draft))),
    onSuccess: ({ name }) => {
      notify({ message: t('saved', { name }) });
      onClose();
    },
  });
  const problems = save.error instanceof ApiProblem ? save.error.fields : [];
  return (
    <Form
      onSubmit={() => {
        setTried(true);
        if (isComplete(draft)) save.mutate();
      }}
    >
      <Stack gap="lg">
        {save.isError ? (
          <Alert color="red" variant="light" role="alert">
            {problems.length ? problems.map(fieldProblemText).join(' ') : problemText(save.error)}
          </Alert>
        ) : null}
        <TextInput
          data-autofocus
          label={t('name')}
          withAsterisk
          autoComplete="off"
          maxLength={100}
          value={draft.name}
          error={isTried && !draft.name.trim() ? t('missing.name') : undefined}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <ConditionSetting
          object={lead}
          label={t('rules.condition')}
          description={t('rules.conditionHelp')}
          value={draft.condition}
          error={undefined}
          onChange={(condition) => set({ condition })}
        />
        {territories.length ? (
          <Select
            label={t('rules.territory')}
            description={t('rules.territoryHelp')}
            placeholder={t('rules.anywhere')}
            clearable
            data={territories.map(({ id, name }) => ({ value: id, label: name }))}
            value={draft.territory}
            onChange={(territory) => set({ territory })}
          />
        ) : null}
        <TargetFields
          draft={draft}
          isTried={isTried}
          hasTerritories={territories.length > 0}
          onChange={set}
        />
        <FormButtons>
          <CancelButton>{t('cancel')}</CancelButton>
          <Button type="submit" loading={save.isPending}>
            {t(rule ? 'save' : 'rules.create')}
          </Button>
        </FormButtons>
      </Stack>
    </Form>
  );
}
