import { takeBackToast } from '@/lib/take-back-toast';
import { Alert, Button, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { ApiProblem } from '@/lib/api-problem';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton } from '@/lib/layers/overlays';
import { fieldProblemText, problemText } from '@/lib/problem-text';
import { useDraft } from '@/lib/unsaved/use-draft';
import { useObject } from '@/records/api/describe-objects';
import type { ObjectDescription } from '@/records/object-description';
import { AccessSettings } from './access-settings';
import { addObject, type CustomObject, removeObject, saveObject } from './api/custom-objects';
import { LookSettings } from './look-settings';
import { changeOf, creationOf, draftOf, emptyDraft, type ObjectDraft } from './model/object-draft';
import { NameSettings } from './name-settings';
import { ObjectBasics } from './object-basics';
import { StageSettings } from './stage-settings';

/** What the parts of the dialog work on. */
export interface ObjectPartProps {
  draft: ObjectDraft;
  /** Undefined for a new object, or if the user may not view its records. */
  described: ObjectDescription | undefined;
  isNew: boolean;
  set: (change: Partial<ObjectDraft>) => void;
  /** The problem of a setting, by its name in the API. */
  problemOf: (setting: string) => string | undefined;
}

/** Settings that have an input of their own, which shows what is wrong with them. */
const SHOWN = new Set(
  'name,plural,label,pluralLabel,labels,pluralLabels,nameField,nameTemplate,nameLabel,nameLabels,stages'.split(
    ',',
  ),
);

/** What has to be filled in. */
const NEEDED = ['label', 'pluralLabel', 'name', 'plural'] as const;

interface ObjectDialogProps {
  /** Set when changing an object. */
  object?: CustomObject;
  onClose: () => void;
}

/** Adds an object, or changes one. */
export function ObjectDialog({ object, onClose }: ObjectDialogProps) {
  const { t } = useTranslation('objects');
  return (
    <Dialog
      size="lg"
      title={object ? t('dialog.edit', { object: object.label }) : t('dialog.add')}
      onClose={onClose}
    >
      <ObjectForm object={object} onClose={onClose} />
    </Dialog>
  );
}

function ObjectForm({ object, onClose }: { object: CustomObject | undefined; onClose: () => void }) {
  const { t } = useTranslation('objects');
  const described = useObject(object?.name);
  const [start] = useState(() => (object ? draftOf(object) : emptyDraft()));
  const [draft, setDraft] = useState(start);
  useDraft(() => draft !== start);
  const [isTried, setTried] = useState(false);
  const save = useMutation({
    mutationFn: () => (object ? saveObject(object, changeOf(draft, start)) : addObject(creationOf(draft))),
    onSuccess: (saved) => {
      takeBackToast(t(object ? 'dialog.saved' : 'dialog.added', { object: saved.label }), () =>
        object ? saveObject(saved, changeOf(start, draft)) : removeObject(saved, 'refuse'),
      );
      onClose();
    },
  });
  const problems = save.error instanceof ApiProblem ? save.error.fields : [];
  const settingAt = (pointer: string) => pointer.split('/')[1] ?? '';
  const others = problems.filter(({ pointer }) => !SHOWN.has(settingAt(pointer)));
  const isPlaced = problems.length > 0 && others.length === 0;
  const missing = NEEDED.filter((key) => !draft[key].trim());
  const isTemplateMissing = draft.nameField === undefined && !draft.nameTemplate.trim();
  const problemOf = (setting: string) => {
    if (isTried && missing.some((key) => key === setting)) return t(`missing.${setting}`);
    if (isTried && isTemplateMissing && setting === 'nameTemplate') return t('missing.nameTemplate');
    const found = problems.find(({ pointer }) => settingAt(pointer) === setting);
    return found && fieldProblemText(found);
  };
  const part: ObjectPartProps = {
    draft,
    described,
    isNew: !object,
    set: (change) => setDraft((current) => ({ ...current, ...change })),
    problemOf,
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (missing.length === 0 && !isTemplateMissing) save.mutate();
  };
  return (
    <Form onSubmit={submit}>
      <Stack gap="lg">
        {save.isError && !isPlaced ? (
          <Alert color="red" variant="light" role="alert">
            {others.length ? others.map(fieldProblemText).join(' ') : problemText(save.error)}
          </Alert>
        ) : null}
        <ObjectBasics {...part} />
        <LookSettings {...part} />
        <NameSettings {...part} />
        <AccessSettings {...part} />
        <StageSettings {...part} />
        {object ? null : (
          <Text size="xs" c="dimmed">
            {t('dialog.later')}
          </Text>
        )}
        <FormButtons>
          <CancelButton>{t('cancel')}</CancelButton>
          <Button type="submit" loading={save.isPending}>
            {t(object ? 'dialog.save' : 'dialog.create')}
          </Button>
        </FormButtons>
      </Stack>
    </Form>
  );
}
