import { List, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DeleteDialog } from '@/app/shell/delete-dialog';
import { ApiProblem } from '@/lib/api-problem';
import { problemText } from '@/lib/problem-text';
import type { ObjectDescription } from '@/records/object-description';
import { type CustomField, removeField, restoreField } from './api/custom-fields';

interface Use {
  kind: string;
  name: string;
  /** Somebody else's own view or template, which nobody but them can change. */
  isPersonal?: boolean;
}

/** Where the API says that a field is used. */
function usesIn(error: unknown): Use[] {
  const uses = error instanceof ApiProblem ? error.document['uses'] : undefined;
  return Array.isArray(uses) ? (uses as Use[]) : [];
}

const arePersonal = (uses: Use[]) => uses.length > 0 && uses.every(({ isPersonal }) => isPersonal);

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
  /** Whether only private views and templates of others are in the way: they can be left as they are. */
  const [leaves, setLeaves] = useState(false);
  const remove = async () => {
    try {
      await removeField(field, leaves);
    } catch (error) {
      setLeaves(arePersonal(usesIn(error)));
      throw error;
    }
  };
  const refusal = (error: unknown) => {
    const uses = usesIn(error);
    return (
      <>
        {arePersonal(uses) ? t('delete.personal') : problemText(error)}
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
      confirm={t(leaves ? 'delete.anyway' : 'delete.confirm')}
      done={t('delete.done', { field: field.label })}
      remove={remove}
      restore={() => restoreField(field)}
      refusal={refusal}
      onClose={onClose}
    >
      <Text size="sm">{t('delete.text', { objects: object.pluralLabel })}</Text>
    </DeleteDialog>
  );
}
