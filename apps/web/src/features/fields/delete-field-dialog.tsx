import { List, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { DeleteDialog } from '@/app/shell/delete-dialog';
import { ApiProblem } from '@/lib/api-problem';
import { problemText } from '@/lib/problem-text';
import type { ObjectDescription } from '@/records/object-description';
import { type CustomField, removeField, restoreField } from './api/custom-fields';

interface Use {
  kind: string;
  name: string;
}

/** Where the API says that a field is used. */
function usesIn(error: unknown): Use[] {
  const uses = error instanceof ApiProblem ? error.document['uses'] : undefined;
  return Array.isArray(uses) ? (uses as Use[]) : [];
}

/** Deletes a field, or says where it is used and so can't be deleted. */
export function DeleteFieldDialog({
  object,
  field,
  onClose,
}: {
  object: ObjectDescription;
  field: CustomField;
  onClose: () => void;
}) {
  const { t, i18n } = useTranslation('fields');
  const refusal = (error: unknown) => {
    const uses = usesIn(error);
    return (
      <>
        {problemText(error)}
        {uses.length ? (
          <List size="sm" mt="xs">
            {uses.map(({ kind, name }) => (
              <List.Item key={`${kind} ${name}`}>
                {i18n.exists(`fields:uses.${kind}`) ? t(`uses.${kind}`, { name }) : name}
              </List.Item>
            ))}
          </List>
        ) : null}
      </>
    );
  };
  return (
    <DeleteDialog
      title={t('delete.title', { field: field.label })}
      cancel={t('cancel')}
      confirm={t('delete.confirm')}
      done={t('delete.done', { field: field.label })}
      remove={() => removeField(field)}
      restore={() => restoreField(field)}
      refusal={refusal}
      onClose={onClose}
    >
      <Text size="sm">{t('delete.text', { objects: object.pluralLabel })}</Text>
    </DeleteDialog>
  );
}
