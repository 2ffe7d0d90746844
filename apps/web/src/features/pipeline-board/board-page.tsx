import { sum } from '@pellucid/conditions/decimal';
import {
  type Announcements,
  closestCenter,
  type CollisionDetection,
  DndContext,
  DragOverlay,
  KeyboardSensor,
  MouseSensor,
  pointerWithin,
  TouchSensor,
  useSensor,
  useSensors,
} from '@dnd-kit/core';
import { Button, Group, Select, Skeleton } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconLayoutKanban, IconList, IconLock } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '@/app/shell/page-title';
import { useFormats } from '@/lib/format/formats';
import { lazyPart } from '@/lib/i18n/i18n';
import { useShortcuts } from '@/lib/keyboard/use-shortcuts';
import { ApiProblem } from '@/lib/api-problem';
import { problemText } from '@/lib/problem-text';
import { useDocumentTitle } from '@/lib/use-document-title';
import { CreateButton } from '@/records/access/create-button';
import { useMissingGrouping } from '@/records/access/grouping';
import { askWhy } from '@/records/access/access-questions';
import { useObject } from '@/records/api/describe-objects';
import { holdLive } from '@/records/live/live-hold';
import { useRecordForm } from '@/records/form/record-form-context';
import { noteList } from '@/records/list/list-place';
import { useScrollPlace } from '@/records/list/use-scroll-place';
import { PeekOrderProvider } from '@/records/peek/peek-order';
import { mayCreate, type ObjectDescription, type RecordData } from '@/records/object-description';
import {
  type Pipeline,
  pipelinesQuery,
  type Stage,
  type StageTotal,
  stagesQuery,
  totalsQuery,
} from './api/pipelines';
import { BoardColumn } from './board-column';
import { BoardSearchBox, OwnerFilter } from './board-filters';
import classes from './board-page.module.css';
import { type BoardSearch, readBoardSearch } from './board-search';
import { columnCoordinates } from '@/records/board/column-coordinates';
import { DealCard } from './deal-card';
import { RiskLimitsProvider } from './risk-limits';
import { useBoardMoves } from './use-board-moves';
import { useCollapsedStages } from './use-collapsed-stages';

const RecordPeek = lazyPart('views', () => import('@/records/peek/record-peek'));

/** The column under the pointer, or the nearest one when moving by keyboard. */
const columnUnder: CollisionDetection = (args) => {
  const under = pointerWithin(args);
  return under.length ? under : closestCenter(args);
};

export default function BoardPage() {
  const { t } = useTranslation('pipeline-board');
  useDocumentTitle(t('title'));
  const object = useObject('opportunity');
  const pipeline = useObject('pipeline');
  const missing = useMissingGrouping('opportunity');
  const pipelines = useQuery({ ...pipelinesQuery, enabled: missing.length === 0 });
  // Requested together with the pipelines: opportunities wait for both, and not for the totals.
  const stages = useQuery({ ...stagesQuery, enabled: missing.length === 0 });
  if (!object) return <StateMessage icon={<IconLayoutKanban size={20} />} title={t('notAllowed')} />;
  if (missing.length) return <Ungrouped object={object} missing={missing} />;
  if (pipelines.isPending || stages.isPending) return <BoardSkeleton />;
  if (pipelines.isError) {
    return (
      <StateMessage
        role="alert"
        icon={<IconAlertTriangle size={20} />}
        title={t('failed')}
        text={problemText(pipelines.error)}
      >
        {pipelines.error instanceof ApiProblem && pipelines.error.isRefusal ? null : (
          <Button size="xs" onClick={() => void pipelines.refetch()}>
            {t('retry')}
          </Button>
        )}
      </StateMessage>
    );
  }
  if (pipelines.data.length === 0) {
    // To a user who may not create pipelines, existing ones may be invisible. Explains that instead of offering to
    // create one.
    if (!pipeline || !mayCreate(pipeline)) return <Ungrouped object={object} missing={['pipeline']} />;
    return (
      <StateMessage icon={<IconLayoutKanban size={20} />} title={t('noPipeline')} text={t('noPipelineText')}>
        <Button size="xs" component={Link} to="/settings/pipelines">
          {t('setUpPipelines')}
        </Button>
      </StateMessage>
    );
  }
  return (
    <PeekOrderProvider>
      <RiskLimitsProvider>
        <Board object={object} pipelines={pipelines.data} />
      </RiskLimitsProvider>
    </PeekOrderProvider>
  );
}

interface UngroupedProps {
  object: ObjectDescription;
  missing: ReturnType<typeof useMissingGrouping>;
}

/** For a user who may view deals but not what they are grouped by: explains it and links to the list. */
function Ungrouped({ object, missing }: UngroupedProps) {
  const { t, i18n } = useTranslation('pipeline-board');
  const list = new Intl.ListFormat(i18n.language, { type: 'disjunction' });
  const what = list.format(missing.map((key) => t(`ungrouped.${key}`)));
  return (
    <StateMessage
      isPage
      icon={<IconLock size={20} />}
      title={t('ungrouped.title')}
      text={t('ungrouped.text', { what })}
    >
      <Group gap="xs">
        <Button size="xs" variant="default" component={Link} to={object.path}>
          {t('ungrouped.list')}
        </Button>
        <Button size="xs" onClick={() => askWhy({ object: missing[0] ?? 'stage', action: 'read' })}>
          {t('records:access.why')}
        </Button>
      </Group>
    </StateMessage>
  );
}

function Board({ object, pipelines }: { object: ObjectDescription; pipelines: Pipeline[] }) {
  const { t } = useTranslation('pipeline-board');
  const formats = useFormats();
  const forms = useRecordForm();
  const stage = useObject('stage');
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const { peek, ...search } = useMemo(() => readBoardSearch(raw), [raw]);
  useEffect(() => noteList(object.path, readBoardSearch(raw), '/opportunities/board'), [object.path, raw]);
  const navigate = useNavigate();
  const setSearch = (change: Partial<BoardSearch>) =>
    void navigate({
      to: '.',
      // The current URL may be newer than the one last rendered.
      search: (current: Record<string, unknown>) =>
        Object.fromEntries(
          Object.entries({ ...readBoardSearch(current), ...change }).filter(([, value]) => value),
        ),
      replace: true,
    } as never);
  const pipeline =
    pipelines.find(({ id }) => id === search.pipeline) ??
    pipelines.find(({ isDefault }) => isDefault) ??
    (pipelines[0] as Pipeline);
  const totals = useQuery({ ...totalsQuery(pipeline.id, search), placeholderData: keepPreviousData });
  const { data: known } = useQuery(stagesQuery);
  const early = known?.filter(({ pipelineId }) => pipelineId === pipeline.id);
  const columns: (Partial<StageTotal> & { stage: Stage })[] | undefined =
    // While another pipeline's totals are loading, the previous ones stand in only for want of its stages.
    (totals.isPlaceholderData && early?.every(({ id }) => totals.data?.every(({ stage }) => stage.id !== id))
      ? undefined
      : totals.data) ?? early?.map((stage) => ({ stage }));
  const stages = columns?.map(({ stage }) => stage) ?? [];
  const { moveDeal, returnedId, dialog } = useBoardMoves(object, pipeline.id, search);
  const collapsed = useCollapsedStages(pipeline.id);
  const scroller = useScrollPlace(`board ${pipeline.id}`, Boolean(columns?.length));
  const onPeek = (id: string | undefined) => setSearch({ peek: id });
  const [dragged, setDragged] = useState<{ deal: RecordData; stage: Stage } | undefined>();
  // Columns that change under the pointer would drop the card elsewhere.
  useEffect(() => (dragged ? holdLive() : undefined), [dragged]);
  const searchBox = useRef<HTMLInputElement>(null);
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 6 } }),
    // A finger that moves at once scrolls; one that rests picks up the card.
    useSensor(TouchSensor, { activationConstraint: { delay: 220, tolerance: 8 } }),
    useSensor(KeyboardSensor, {
      coordinateGetter: columnCoordinates,
      keyboardCodes: { start: ['Space'], cancel: ['Escape'], end: ['Space', 'Enter'] },
    }),
  );
  const create = () =>
    forms.openCreate(object, {
      values: { pipeline: { id: pipeline.id, name: pipeline.name } },
      onSaved: () => undefined,
    });
  useShortcuts({ '/': () => searchBox.current?.focus(), n: () => mayCreate(object) && create() });

  const stageName = (id: unknown) => stages.find((stage) => stage.id === id)?.name ?? '';
  const announcements: Announcements = {
    onDragStart: ({ active }) => t('drag.start', { name: active.data.current?.['name'] }),
    onDragOver: ({ over }) => (over ? t('drag.over', { stage: stageName(over.id) }) : undefined),
    onDragEnd: ({ active, over }) =>
      over
        ? t('drag.end', { name: active.data.current?.['name'], stage: stageName(over.id) })
        : t('drag.cancel'),
    onDragCancel: () => t('drag.cancel'),
  };

  const open = totals.data?.filter(({ stage }) => stage.category === 'open') ?? [];
  const amounts = open.flatMap(({ amount }) => amount ?? []);
  const mayMove = ['move', 'win', 'lose', 'reopen'].some((verb) => object.permissions?.[verb] !== false);
  return (
    <section className={classes['page']} aria-labelledby="board-title">
      <header className={classes['header']}>
        <PageTitle id="board-title" title={t('title')} icon={<IconLayoutKanban size={18} aria-hidden />}>
          {totals.data ? (
            <span className={classes['summary']}>
              {t(amounts.length === open.length ? 'openSummary' : 'openCount', {
                count: open.reduce((sum, { count }) => sum + count, 0),
                amount: formats.moneyShort(sum(amounts), open[0]?.currency || undefined),
                currency: open[0]?.currency || formats.baseCurrency,
              })}
            </span>
          ) : null}
        </PageTitle>
        <Group gap="xs" wrap="nowrap">
          <Button
            size="xs"
            variant="default"
            component={Link}
            to={object.path}
            leftSection={<IconList size={15} />}
            className={classes['listLink']}
          >
            {t('list')}
          </Button>
          <CreateButton objects={[object]} label={t('new')} onClick={create} />
        </Group>
      </header>
      <div className={classes['toolbar']}>
        {pipelines.length > 1 ? (
          <Select
            size="xs"
            className={classes['pipeline']}
            aria-label={t('pipeline')}
            data={pipelines.map(({ id, name }) => ({ value: id, label: name }))}
            value={pipeline.id}
            allowDeselect={false}
            onChange={(id) => setSearch({ pipeline: id ?? undefined })}
          />
        ) : null}
        <BoardSearchBox inputRef={searchBox} value={search.q ?? ''} onChange={(q) => setSearch({ q })} />
        <OwnerFilter ownerId={search.owner} onChange={(owner) => setSearch({ owner })} />
      </div>
      {totals.isPending && !columns?.length ? (
        <ColumnsSkeleton />
      ) : totals.data?.length === 0 ? (
        <StateMessage
          icon={<IconLayoutKanban size={20} />}
          title={t('noStages', { pipeline: pipeline.name })}
          text={t(stage && mayCreate(stage) ? 'noStagesText' : 'noStagesAsk')}
        >
          {stage && mayCreate(stage) ? (
            <Button size="xs" component={Link} to="/settings/pipelines">
              {t('setUpStages')}
            </Button>
          ) : null}
        </StateMessage>
      ) : totals.isError && !totals.data ? (
        <StateMessage
          role="alert"
          icon={<IconAlertTriangle size={20} />}
          title={t('failed')}
          text={problemText(totals.error)}
        >
          {totals.error instanceof ApiProblem && totals.error.isRefusal ? null : (
            <Button size="xs" onClick={() => void totals.refetch()}>
              {t('retry')}
            </Button>
          )}
        </StateMessage>
      ) : (
        <DndContext
          sensors={sensors}
          collisionDetection={columnUnder}
          accessibility={{ announcements, screenReaderInstructions: { draggable: t('drag.instructions') } }}
          onDragStart={({ active }) => {
            const { deal, stage } = active.data.current as { deal: RecordData; stage: Stage };
            setDragged({ deal, stage });
          }}
          onDragCancel={() => setDragged(undefined)}
          onDragEnd={({ over }) => {
            const target = stages.find(({ id }) => id === over?.id);
            if (dragged && target) void moveDeal(dragged.deal, dragged.stage, target);
            setDragged(undefined);
          }}
        >
          <div
            ref={scroller}
            className={classes['columns']}
            data-dragging={dragged ? true : undefined}
            data-testid="board"
          >
            {columns?.map((total, index) => (
              <BoardColumn
                key={total.stage.id}
                object={object}
                at={index}
                total={total}
                stages={stages}
                search={search}
                returnedId={returnedId}
                dragged={dragged}
                isLocked={!mayMove}
                isCollapsed={collapsed.isCollapsed(total.stage)}
                onToggle={() => collapsed.toggle(total.stage)}
                onMove={(deal, target) => void moveDeal(deal, total.stage, target)}
                onPeek={onPeek}
              />
            ))}
          </div>
          <DragOverlay dropAnimation={null}>
            {dragged ? <DealCard object={object} deal={dragged.deal} stage={dragged.stage} isLifted /> : null}
          </DragOverlay>
        </DndContext>
      )}
      {dialog}
      {peek ? (
        <Suspense fallback={null}>
          <RecordPeek object={object} id={peek} onOpen={onPeek} onClose={() => onPeek(undefined)} />
        </Suspense>
      ) : null}
    </section>
  );
}

function BoardSkeleton() {
  return (
    <div className={classes['page']}>
      <div className={classes['header']}>
        <Skeleton height={18} width={160} />
      </div>
      <ColumnsSkeleton />
    </div>
  );
}

function ColumnsSkeleton() {
  const { t } = useTranslation('pipeline-board');
  return (
    <div className={classes['columns']} role="status" aria-label={t('loading')}>
      {[5, 4, 3, 4].map((cards, column) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <div key={column} className={classes['skeletonColumn']}>
          <Skeleton height={14} width="55%" mb={14} />
          {Array.from({ length: cards }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
            <Skeleton key={index} height={88} radius="md" mb={8} />
          ))}
        </div>
      ))}
    </div>
  );
}
