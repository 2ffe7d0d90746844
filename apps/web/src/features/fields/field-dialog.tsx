import { takeBackToast } from '@/lib/take-back-toast';
import { Alert, Button, Skeleton, Stack } from '@mantine/core';
import type { FieldType } from '@pellucid/conditions';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { ApiProblem } from '@/lib/api-problem';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton } from '@/lib/layers/overlays';
import { fieldProblemText, problemText } from '@/lib/problem-text';
import { useDraft } from '@/lib/unsaved/use-draft';
import type { ObjectDescription } from '@/records/object-description';
import { addField, type ComputedKind, type CustomField, removeField, saveField } from './api/custom-fields';
import { EntitySettings } from './entity-settings';
import { FieldBasics } from './field-basics';
import { FieldRules } from './field-rules';
import { ListSettings } from './list-settings';
import { changeOf, creationOf, draftOf, emptyDraft, type FieldDraft } from './model/field-draft';
import { TypeChoice } from './type-choice';
import { TypeSettings } from './type-settings';

const ComputedSettings = lazy(() =>
  import('./formula/computed-settings').then(({ ComputedSettings }) => ({ default: ComputedSettings })),
);

interface FieldDialogProps {
  object: ObjectDescription;
  /** Set when changing a field. */
  field?: CustomField;
  onClose: () => void;
}

/** What the parts of the dialog work on. */
export interface FieldPartProps {
  object: ObjectDescription;
  draft: FieldDraft;
  isNew: boolean;
  set: (change: Partial<FieldDraft>) => void;
  /** The problem of a setting, by its name in the API, or of a part of one: "rollup/field". */
  problemOf: (setting: string) => string | undefined;
}

/** Settings that have an input of their own, which shows what is wrong with them. */
const SHOWN = new Set(
  'label,labels,name,help,helps,section,required,requiredIf,visibleIf,default,unique,indexed,searchable,defaultColumn,audited,pii,options,dependsOn,references,linksTo,maxLength,pattern,scale,min,max,currency,entityOverrides,formula,rollup,autoNumber'.split(
    ',',
  ),
);

/** Adds a field: first its type, then everything else. Or changes one. */
export function FieldDialog({ object, field, onClose }: FieldDialogProps) {
  const { t } = useTranslation('fields');
  const [type, setType] = useState<FieldType | ComputedKind | undefined>(field?.type);
  return (
    <Dialog
      size="lg"
      title={field ? t('dialog.edit', { field: field.label }) : t('dialog.add', { object: object.label })}
      onClose={onClose}
    >
      {type ? (
        <FieldForm
          object={object}
          field={field}
          type={type}
          onRetype={() => setType(undefined)}
          onClose={onClose}
        />
      ) : (
        <TypeChoice onChoose={setType} />
      )}
    </Dialog>
  );
}

function FieldForm({
  object,
  field,
  type,
  onRetype,
  onClose,
}: {
  object: ObjectDescription;
  field: CustomField | undefined;
  type: FieldType | ComputedKind;
  onRetype: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation('fields');
  const [start] = useState(() => (field ? draftOf(field) : emptyDraft(type)));
  const [draft, setDraft] = useState(start);
  useDraft(() => draft !== start);
  const [isTried, setTried] = useState(false);
  const save = useMutation({
    mutationFn: () =>
      field ? saveField(field, changeOf(draft, start)) : addField(creationOf(object.key, draft)),
    onSuccess: (saved) => {
      takeBackToast(t(field ? 'dialog.saved' : 'dialog.added', { field: saved.label }), () =>
        field ? saveField(saved, changeOf(start, draft)) : removeField(saved, false),
      );
      onClose();
    },
  });
  const problems = save.error instanceof ApiProblem ? save.error.fields : [];
  const settingAt = (pointer: string) => pointer.split('/')[1] ?? '';
  const others = problems.filter(({ pointer }) => !SHOWN.has(settingAt(pointer)));
  const isPlaced = problems.length > 0 && others.length === 0;
  const problemOf = (setting: string) => {
    const found = problems.find(({ pointer }) =>
      setting.includes('/') ? pointer === `/${setting}` : settingAt(pointer) === setting,
    );
    if (found) return fieldProblemText(found);
    return isTried && setting === 'label' && !draft.label.trim() ? t('dialog.labelMissing') : undefined;
  };
  const part: FieldPartProps = {
    object,
    draft,
    isNew: !field,
    set: (change) => setDraft((current) => ({ ...current, ...change })),
    problemOf,
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (draft.label.trim()) save.mutate();
  };
  return (
    <Form onSubmit={submit}>
      <Stack gap="lg">
        {save.isError && !isPlaced ? (
          <Alert color="red" variant="light" role="alert">
            {others.length ? others.map(fieldProblemText).join(' ') : problemText(save.error)}
          </Alert>
        ) : null}
        <FieldBasics {...part} onRetype={field ? undefined : onRetype} />
        {/* Nobody enters the values of computed fields, so they have no rules. */}
        {draft.computed ? (
          <Suspense fallback={<Skeleton height={180} radius="md" role="status" aria-label={t('loading')} />}>
            <ComputedSettings {...part} />
          </Suspense>
        ) : (
          <>
            <TypeSettings {...part} />
            <FieldRules {...part} />
          </>
        )}
        <ListSettings {...part} />
        {draft.computed ? null : <EntitySettings {...part} />}
        <FormButtons>
          <CancelButton>{t('cancel')}</CancelButton>
          <Button type="submit" loading={save.isPending}>
            {t(field ? 'dialog.save' : 'dialog.create')}
          </Button>
        </FormButtons>
      </Stack>
    </Form>
  );
}
