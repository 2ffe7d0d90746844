import { Button, NativeSelect, Skeleton, Text } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconForms, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SettingsLayout } from '@/app/shell/settings-layout';
import { lazyPart } from '@/lib/i18n/i18n';
import { useFormats } from '@/lib/format/formats';
import { SearchInput } from '@/lib/forms/search-input';
import { problemText } from '@/lib/problem-text';
import { useObjects } from '@/records/api/describe-objects';
import type { ObjectDescription } from '@/records/object-description';
import parts from '@/app/shell/settings-parts.module.css';
import { type CustomField, customFieldsQuery, MOST_FIELDS } from './api/custom-fields';
import { BuiltInFields } from './built-in-fields';
import { DeleteFieldDialog } from './delete-field-dialog';
import { DeletedFieldsDialog } from './deleted-fields-dialog';
import { FieldDialog } from './field-dialog';
import { type FieldAct, FieldList } from './field-list';
import classes from './fields.module.css';

/** The fields of each object: those of the company can be added, changed, ordered and deleted. */
export default function FieldsPage() {
  const { t } = useTranslation('fields');
  const navigate = useNavigate();
  const objects = useObjects();
  const search = useSearch({ strict: false }) as { object?: string };
  const object = objects.find(({ key }) => key === search.object) ?? objects[0];
  return (
    <SettingsLayout part="fields">
      <Text size="sm" c="dimmed" mb="md" maw={720}>
        {t('intro')}
      </Text>
      {object ? (
        <Fields
          key={object.key}
          object={object}
          objects={objects}
          onObject={(key) => void navigate({ to: '.', search: { object: key }, replace: true } as never)}
        />
      ) : (
        <StateMessage icon={<IconForms size={20} />} title={t('noObjects')} />
      )}
    </SettingsLayout>
  );
}

const MergeOptionsDialog = lazyPart('fields', () => import('./merge-options-dialog'));
const ChangeTypeDialog = lazyPart('fields', () => import('./change-type-dialog'));

type Open = { kind: 'add' } | { kind: 'deleted' } | { kind: FieldAct; field: CustomField };

function Fields({
  object,
  objects,
  onObject,
}: {
  object: ObjectDescription;
  objects: ObjectDescription[];
  onObject: (key: string) => void;
}) {
  const { t } = useTranslation('fields');
  const formats = useFormats();
  const fields = useQuery(customFieldsQuery(object.key));
  const [text, setText] = useState('');
  const [open, setOpen] = useState<Open | undefined>();
  const close = () => setOpen(undefined);
  const wanted = text.trim().toLowerCase();
  const isWanted = ({ label, key }: { label: string; key: string }) =>
    `${label} ${key}`.toLowerCase().includes(wanted);
  const count = fields.data?.length ?? 0;
  return (
    <>
      <div className={parts['toolbar']}>
        <NativeSelect
          size="xs"
          className={classes['object']}
          aria-label={t('object')}
          value={object.key}
          data={objects.map(({ key, pluralLabel }) => ({ value: key, label: pluralLabel }))}
          onChange={(event) => onObject(event.currentTarget.value)}
        />
        <SearchInput
          className={parts['search']}
          label={t('search')}
          text={text}
          onType={setText}
          onClear={() => setText('')}
        />
        <Button
          size="xs"
          className={parts['add']}
          leftSection={<IconPlus size={15} />}
          disabled={!fields.data || count >= MOST_FIELDS}
          onClick={() => setOpen({ kind: 'add' })}
        >
          {t('add')}
        </Button>
      </div>
      {fields.isPending ? (
        <Skeleton height={240} radius="md" role="status" aria-label={t('loading')} />
      ) : fields.isError ? (
        <StateMessage
          role="alert"
          icon={<IconAlertTriangle size={20} />}
          title={t('failed')}
          text={problemText(fields.error)}
        >
          <Button size="xs" onClick={() => void fields.refetch()}>
            {t('retry')}
          </Button>
        </StateMessage>
      ) : (
        <section aria-labelledby="own-fields">
          <div className={parts['head']}>
            <h3 id="own-fields" className={parts['heading']}>
              {t('own')}
            </h3>
            <span className={parts['count']}>
              {t('used', { count: formats.number(count), most: formats.number(MOST_FIELDS) })}
            </span>
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              leftSection={<IconTrash size={14} />}
              onClick={() => setOpen({ kind: 'deleted' })}
            >
              {t('deleted.open')}
            </Button>
          </div>
          {count === 0 ? (
            <StateMessage
              icon={<IconForms size={20} />}
              title={t('none', { objects: object.pluralLabel })}
              text={t('noneText')}
            >
              <Button size="xs" onClick={() => setOpen({ kind: 'add' })}>
                {t('add')}
              </Button>
            </StateMessage>
          ) : fields.data.some(isWanted) ? (
            <FieldList
              object={object}
              fields={fields.data}
              isWanted={isWanted}
              // A part of the fields has no order of its own.
              isOrdered={wanted === ''}
              onAct={(kind, field) => setOpen({ kind, field })}
            />
          ) : (
            <Text size="sm" c="dimmed" py="sm">
              {t('noMatch')}
            </Text>
          )}
        </section>
      )}
      <BuiltInFields object={object} isWanted={isWanted} />
      {open?.kind === 'add' ? <FieldDialog object={object} onClose={close} /> : null}
      {open?.kind === 'edit' ? <FieldDialog object={object} field={open.field} onClose={close} /> : null}
      {open?.kind === 'delete' ? (
        <DeleteFieldDialog object={object} field={open.field} onClose={close} />
      ) : null}
      <Suspense fallback={null}>
        {open?.kind === 'merge' ? (
          <MergeOptionsDialog object={object} field={open.field} onClose={close} />
        ) : null}
        {open?.kind === 'retype' ? (
          <ChangeTypeDialog object={object} field={open.field} onClose={close} />
        ) : null}
      </Suspense>
      {open?.kind === 'deleted' ? <DeletedFieldsDialog object={object} onClose={close} /> : null}
    </>
  );
}
