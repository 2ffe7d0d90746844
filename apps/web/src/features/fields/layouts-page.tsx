import { Button, NativeSelect, SegmentedControl, Skeleton, Text } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconLayout, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SettingsLayout } from '@/app/shell/settings-layout';
import { problemText } from '@/lib/problem-text';
import { roleName, rolesQuery } from '@/lib/roles';
import { useUnsavedChanges } from '@/lib/unsaved/use-unsaved-changes';
import { useObjects } from '@/records/api/describe-objects';
import { fieldOf, type ObjectDescription } from '@/records/object-description';
import { type Layout, type LayoutKind, layoutsQuery } from './api/layouts';
import { LayoutEditor } from './layout-editor';
import classes from './layouts.module.css';

const KINDS = ['form', 'detail', 'peek', 'card'] as const satisfies LayoutKind[];

/** How forms, record pages, peeks and cards of each object look, for everybody or for some roles. */
export default function LayoutsPage() {
  const { t } = useTranslation('fields');
  const navigate = useNavigate();
  const objects = useObjects();
  const search = useSearch({ strict: false }) as { object?: string; kind?: string };
  const object = objects.find(({ key }) => key === search.object) ?? objects[0];
  const kind = KINDS.find((each) => each === search.kind) ?? 'form';
  const show = (next: { object?: string; kind?: string }) =>
    void navigate({ to: '.', search: { object: object?.key, kind, ...next }, replace: true } as never);
  return (
    <SettingsLayout part="layouts">
      <Text size="sm" c="dimmed" mb="md" maw={720}>
        {t('layouts.intro')}
      </Text>
      {object ? (
        <>
          <div className={classes['toolbar']}>
            <NativeSelect
              size="xs"
              className={classes['object']}
              aria-label={t('object')}
              value={object.key}
              data={objects.map(({ key, pluralLabel }) => ({ value: key, label: pluralLabel }))}
              onChange={(event) => show({ object: event.currentTarget.value })}
            />
            <SegmentedControl
              size="xs"
              aria-label={t('layouts.kind')}
              value={kind}
              data={KINDS.map((value) => ({ value, label: t(`layouts.kinds.${value}`) }))}
              onChange={(value) => show({ kind: value })}
            />
          </div>
          <Layouts key={`${object.key} ${kind}`} object={object} kind={kind} />
        </>
      ) : (
        <StateMessage icon={<IconLayout size={20} />} title={t('noObjects')} />
      )}
    </SettingsLayout>
  );
}

/** What is being edited: a layout, or a new one. */
type Chosen = Layout | 'new' | undefined;

function Layouts({ object, kind }: { object: ObjectDescription; kind: LayoutKind }) {
  const { t } = useTranslation('fields');
  const query = useQuery(layoutsQuery(object.key));
  const [chosen, setChosen] = useState<Chosen>();
  const [isDirty, setDirty] = useState(false);
  const { leave } = useUnsavedChanges(() => isDirty);
  const nameOf = useAudience(object);
  if (query.isPending)
    return <Skeleton height={240} radius="md" role="status" aria-label={t('layouts.loading')} />;
  if (query.isError)
    return (
      <StateMessage
        role="alert"
        icon={<IconAlertTriangle size={20} />}
        title={t('layouts.failed')}
        text={problemText(query.error)}
      >
        <Button size="xs" onClick={() => void query.refetch()}>
          {t('retry')}
        </Button>
      </StateMessage>
    );
  const layouts = query.data.filter((layout) => layout.kind === kind);
  const choose = (next: Chosen) =>
    leave(() => {
      setDirty(false);
      setChosen(next);
    });
  return (
    <>
      <ul className={classes['layouts']} aria-label={t('layouts.list')}>
        {layouts.map((layout) => (
          <li key={layout.id}>
            <button
              type="button"
              className={classes['layout']}
              aria-pressed={chosen !== 'new' && chosen?.id === layout.id}
              onClick={() => choose(layout)}
            >
              {nameOf(layout)}
            </button>
          </li>
        ))}
        <li>
          <Button
            size="xs"
            variant={layouts.length ? 'default' : 'filled'}
            leftSection={<IconPlus size={14} />}
            onClick={() => choose('new')}
          >
            {t('layouts.new')}
          </Button>
        </li>
      </ul>
      {chosen ? (
        <LayoutEditor
          key={chosen === 'new' ? 'new' : `${chosen.id} ${chosen.version}`}
          object={object}
          kind={kind}
          layout={chosen === 'new' ? undefined : chosen}
          onDirty={setDirty}
          onSaved={(layout) => {
            setDirty(false);
            setChosen(layout);
          }}
        />
      ) : (
        <StateMessage
          icon={<IconLayout size={20} />}
          title={t(layouts.length ? 'layouts.choose' : 'layouts.none')}
          text={t(layouts.length ? 'layouts.chooseText' : 'layouts.noneText', {
            objects: object.pluralLabel,
          })}
        />
      )}
    </>
  );
}

/** In: a layout. Out: who and what it is for: "Sales Rep · Type: Partner". */
function useAudience(object: ObjectDescription): (layout: Pick<Layout, 'roles' | 'recordType'>) => string {
  const { t } = useTranslation('fields');
  const roles = useQuery(rolesQuery).data ?? [];
  return ({ roles: ids, recordType }) => {
    const names = ids.map((id) => {
      const role = roles.find((each) => each.id === id);
      return role ? roleName(role) : t('layouts.deletedRole');
    });
    const field = recordType && fieldOf(object, recordType.field);
    const option = field?.options?.find(({ value }) => value === recordType?.value);
    return [
      names.length ? names.join(', ') : t('layouts.everybody'),
      ...(recordType ? [`${field?.label ?? recordType.field}: ${option?.label ?? recordType.value}`] : []),
    ].join(' · ');
  };
}
