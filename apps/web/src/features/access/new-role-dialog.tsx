import { Alert, Button, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { ApiProblem } from '@/lib/api-problem';
import { Form, FormButtons } from '@/lib/forms/form';
import { CancelButton } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { type Role, roleName } from '@/lib/roles';
import { makeRole } from './api/roles';

interface NewRoleDialogProps {
  roles: Role[];
  /** Role preselected as the one to copy. */
  copyOf: Role | undefined;
  onClose: () => void;
  onMade: (role: Role) => void;
}

/** Creates an empty role or a copy of another one. */
export function NewRoleDialog({ roles, copyOf, onClose, onMade }: NewRoleDialogProps) {
  const { t } = useTranslation('access');
  const [name, setName] = useState(copyOf ? t('new.copyName', { name: roleName(copyOf) }) : '');
  const [description, setDescription] = useState('');
  const [source, setSource] = useState<string | null>(copyOf?.id ?? null);
  const [isNameMissing, setNameMissing] = useState(false);
  const make = useMutation({
    mutationFn: () => makeRole({ name: name.trim(), description: description.trim(), copyOf: source }),
    onSuccess: onMade,
  });
  const named = make.error instanceof ApiProblem ? make.error.fields : [];
  const nameProblem = named.find(({ pointer }) => pointer === '/name')?.message;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setNameMissing(!name.trim());
    if (name.trim()) make.mutate();
  };
  return (
    <Dialog title={t(copyOf ? 'new.copyTitle' : 'new.title')} onClose={onClose}>
      <Form onSubmit={submit}>
        <Stack gap="md">
          {make.isError && !nameProblem ? (
            <Alert color="red" variant="light" role="alert">
              {problemText(make.error)}
            </Alert>
          ) : null}
          <TextInput
            label={t('name')}
            withAsterisk
            maxLength={100}
            data-autofocus
            value={name}
            error={isNameMissing ? t('nameMissing') : nameProblem}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Textarea
            label={t('description')}
            maxLength={500}
            autosize
            minRows={2}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          <Select
            label={t('new.from')}
            description={t(source ? 'new.fromHelp' : 'new.nothingHelp')}
            placeholder={t('new.nothing')}
            data={roles.map((role) => ({ value: role.id, label: roleName(role) }))}
            value={source}
            clearable
            clearButtonProps={{ 'aria-label': t('new.nothing') }}
            onChange={setSource}
          />
          <FormButtons>
            <CancelButton>{t('cancel')}</CancelButton>
            <Button type="submit" loading={make.isPending}>
              {t('new.make')}
            </Button>
          </FormButtons>
        </Stack>
      </Form>
    </Dialog>
  );
}
