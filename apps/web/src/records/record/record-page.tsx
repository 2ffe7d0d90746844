import { ActionIcon, Button, Group, Skeleton, Tabs } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Initials, StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconChevronRight, IconHelpCircle, IconPencil } from '@tabler/icons-react';
import { usePrefetchQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { recordActionsFor, recordPanelsFor } from '@/app/features';
import { AlsoHere } from '../live/also-here';
import { ApiProblem } from '@/lib/api-problem';
import { useShortcuts } from '@/lib/keyboard/use-shortcuts';
import { problemText } from '@/lib/problem-text';
import { useDocumentTitle } from '@/lib/use-document-title';
import { askWhy } from '../access/access-questions';
import { hiddenFields } from '../access/field-visibility';
import { useRights } from '../access/use-rights';
import { useObjects } from '../api/describe-objects';
import { recordQuery } from '../api/get-record';
import { ownLayoutsQuery } from '../api/own-layouts';
import { FieldValue } from '../fields/field-value';
import { hasSomethingToShow } from '../fields/something-to-show';
import { fieldValueOf } from '../fields/field-place';
import { useRecordForm } from '../form/record-form-context';
import { fieldOf, type ObjectDescription, type RecordData, recordName } from '../object-description';
import type { PlacedSection } from '../layout/layout-model';
import { rememberVisit } from '../recent-records';
import { lastList } from '../list/list-place';
import { DetailSections, hasRow, RecordDetails } from './record-sections';
import { OVERVIEW, PanelPiece, panelsOf } from './panel-piece';
import classes from './record-page.module.css';
import { hasOwnRelations } from './related-lists';
import { type RecordLayout, useRecordLayout } from './use-record-layout';

const RefusedButton = lazy(() =>
  import('../access/refused-button').then(({ RefusedButton }) => ({ default: RefusedButton })),
);
const MoreMenu = lazy(() => import('./more-menu').then(({ MoreMenu }) => ({ default: MoreMenu })));

/** One record of any object: name and key facts, fields to edit in place, related lists, timeline. */
export function RecordPage({ object, id }: { object: ObjectDescription; id: string }) {
  const { t } = useTranslation('records');
  const query = useQuery(recordQuery(object.path, id));
  // Asked for along with the record.
  usePrefetchQuery(ownLayoutsQuery(object.key));
  if (query.isPending) return <RecordSkeleton object={object} />;
  if (query.isError && !query.data) {
    const status = query.error instanceof ApiProblem ? query.error.status : 0;
    const isGone = status === 404 || status === 400;
    return (
      <StateMessage
        isPage
        role="alert"
        icon={<IconAlertTriangle size={20} />}
        title={isGone ? t('record.gone', { object: object.label }) : t('record.failed')}
        text={isGone ? t('record.goneText') : problemText(query.error)}
      >
        <Group gap="xs">
          <Button size="xs" variant="default" component={Link} to={object.path}>
            {t('record.backTo', { objects: object.pluralLabel })}
          </Button>
          {isGone || status === 403 ? (
            <Button
              size="xs"
              leftSection={<IconHelpCircle size={15} />}
              onClick={() => askWhy({ object: object.key, record: id, action: 'read' })}
            >
              {t('access.why')}
            </Button>
          ) : (
            <Button size="xs" onClick={() => void query.refetch()}>
              {t('retry')}
            </Button>
          )}
        </Group>
      </StateMessage>
    );
  }
  return <LoadedRecord key={id} object={object} record={query.data} />;
}

function LoadedRecord({ object, record }: { object: ObjectDescription; record: RecordData }) {
  const { t } = useTranslation('records');
  const navigate = useNavigate();
  const forms = useRecordForm();
  const isNarrow = useMediaQuery('(max-width: 61.99em)', false, { getInitialValueInEffect: false });
  const search = useSearch({ strict: false }) as { tab?: string };
  const name = recordName(object, record);
  useDocumentTitle(`${name} · ${object.pluralLabel}`);
  useEffect(() => rememberVisit({ object: object.key, id: record.id, name }), [object.key, record.id, name]);
  const rights = useRights(object, record);
  const update = rights.may('update');
  const mayEdit = update === 'yes';
  const edit = () => forms.openEdit(object, record);
  useShortcuts({
    e: () => {
      if (mayEdit) edit();
      else if (update === 'no') askWhy({ object: object.key, record: record.id, action: 'update' });
    },
    escape: () => void navigate(lastList(object.path) as never),
  });

  const page = useRecordLayout(object, record, 'detail');
  const tabsOf = useTabs(object, record, page);
  const tabs = [...(isNarrow ? ['details'] : []), ...tabsOf.map(({ key }) => key)];
  const tab = search.tab && tabs.includes(search.tab) ? search.tab : tabs[0];
  const setTab = (next: string | null) =>
    void navigate({ to: '.', search: next === tabs[0] ? {} : { tab: next }, replace: true } as never);
  const rest = { object, record, update, rights: rights.fields };
  const details = page.isPending ? <DetailsSkeleton /> : <RecordDetails page={page} {...rest} />;
  return (
    <article className={classes['page']} aria-labelledby="record-name">
      <header className={classes['header']}>
        <nav aria-label={t('record.breadcrumb')} className={classes['breadcrumb']}>
          <Link {...(lastList(object.path) as { to: string; search: never })}>{object.pluralLabel}</Link>
          <IconChevronRight size={13} aria-hidden />
          <span className="pl-truncate">{name}</span>
        </nav>
        <div className={classes['title']}>
          <Initials name={name} size={40} isRound={object.presentation.isPerson} />
          <div className={classes['names']}>
            <h1 id="record-name" className={classes['name']}>
              {name}
            </h1>
            <KeyFacts object={object} record={record} />
            <AlsoHere object={object} id={record.id} />
          </div>
          <Group gap={isNarrow ? 6 : 'xs'} wrap={isNarrow ? 'wrap' : 'nowrap'} className={classes['actions']}>
            {recordActionsFor(object).map((Action) => (
              <Action key={Action.name} object={object} record={record} />
            ))}
            {update !== 'no' ? (
              <Button
                size="xs"
                variant="default"
                leftSection={<IconPencil size={15} />}
                disabled={!mayEdit}
                onClick={edit}
              >
                {t('record.edit')}
              </Button>
            ) : (
              <Suspense fallback={null}>
                <RefusedButton
                  label={t('record.edit')}
                  question={{ object: object.key, record: record.id, action: 'update' }}
                />
              </Suspense>
            )}
            <Suspense
              fallback={
                <ActionIcon variant="default" size={30} disabled aria-busy aria-label={t('record.more')} />
              }
            >
              <MoreMenu
                object={object}
                record={record}
                name={name}
                onEdit={mayEdit ? edit : undefined}
                mayDelete={rights.may('delete')}
              />
            </Suspense>
          </Group>
        </div>
      </header>
      <div className={classes['body']}>
        <div className={classes['main']}>
          <Tabs value={tab} onChange={setTab} keepMounted={false}>
            <Tabs.List className={classes['tabs']} aria-label={t('record.tabs')}>
              {isNarrow ? <Tabs.Tab value="details">{t('record.details')}</Tabs.Tab> : null}
              {tabsOf.map(({ key, label }) => (
                <Tabs.Tab key={key} value={key}>
                  {label}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            {isNarrow ? <Tabs.Panel value="details">{details}</Tabs.Panel> : null}
            {tabsOf.map(({ key, sections }) => (
              <Tabs.Panel key={key} value={key}>
                {sections ? (
                  <DetailSections sections={sections} {...rest} />
                ) : (
                  <PanelPiece panel={key} object={object} record={record} />
                )}
              </Tabs.Panel>
            ))}
          </Tabs>
        </div>
        {/* Shown on the left, but after the content in tab order. */}
        {isNarrow ? null : <aside className={classes['aside']}>{details}</aside>}
      </div>
    </article>
  );
}

interface RecordTab {
  key: string;
  label: string;
  /** Undefined for a tab that is the panel of its key. */
  sections?: PlacedSection[];
}

/** The tabs of a record: those of its layout, else one for each panel. */
function useTabs(
  object: ObjectDescription,
  record: RecordData,
  { layout, placed, concerns, isPending }: RecordLayout,
): RecordTab[] {
  const { t } = useTranslation('records');
  const objects = useObjects();
  // Which tabs there are is known with the layout; those of the description would be taken away again.
  if (isPending) return [];
  const labels = new Map([...panelsOf(object)].map(([key, labelKey]) => [key, t(labelKey)]));
  const withRow = hasRow(object, record);
  if (layout?.tabs.length)
    return layout.tabs.flatMap(({ key, title, sections }) => {
      const shown = placed(sections, (field) => withRow(field) && concerns(field));
      const panel = shown.flatMap(({ pieces }) => pieces).find((piece) => typeof piece === 'string');
      const label = title ?? (panel && labels.get(panel)) ?? t('record.details');
      return shown.length ? [{ key, label, sections: shown }] : [];
    });
  const panels = recordPanelsFor(object);
  const first = panels.filter(({ isFirst }) => isFirst).map(({ key }) => key);
  const own = panels.filter(({ isFirst, isCommon }) => !isFirst && !isCommon).map(({ key }) => key);
  const common = panels.filter(({ isCommon }) => isCommon).map(({ key }) => key);
  // If all that could be listed is made by the system, the object's own panels come first.
  const middle = own.length && !hasOwnRelations(objects, object) ? [...own, OVERVIEW] : [OVERVIEW, ...own];
  return [...first, ...middle, ...common].map((key) => ({ key, label: labels.get(key) ?? key }));
}

function KeyFacts({ object, record }: { object: ObjectDescription; record: RecordData }) {
  const hidden = hiddenFields(object, record);
  const facts = object.presentation.keyFacts
    .map((key) => fieldOf(object, key) ?? hidden.find((field) => field.key === key))
    .filter((field) => field !== undefined)
    .filter((field) => hasSomethingToShow(record, field));
  if (facts.length === 0) return null;
  return (
    <dl className={classes['facts']}>
      {facts.map((field) => (
        <div key={field.key} className={classes['fact']}>
          <dt>{field.label}</dt>
          <dd>
            <FieldValue field={field} value={fieldValueOf(record, field)} record={record} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function DetailsSkeleton() {
  return Array.from({ length: 9 }, (_, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
    <Skeleton key={index} height={12} mb={20} width={`${50 + ((index * 23) % 45)}%`} />
  ));
}

function RecordSkeleton({ object }: { object: ObjectDescription }) {
  const { t } = useTranslation('records');
  return (
    <div className={classes['page']} role="status" aria-label={t('record.loading', { object: object.label })}>
      <div className={classes['header']}>
        <Skeleton height={10} width={120} mb={14} />
        <Group gap="sm">
          <Skeleton height={40} width={40} radius="md" />
          <div>
            <Skeleton height={16} width={220} mb={10} />
            <Skeleton height={10} width={340} />
          </div>
        </Group>
      </div>
      <div className={classes['body']}>
        <div className={classes['aside']}>
          <DetailsSkeleton />
        </div>
        <div className={classes['main']}>
          <Skeleton height={160} radius="md" mb="md" />
          <Skeleton height={160} radius="md" />
        </div>
      </div>
    </div>
  );
}
