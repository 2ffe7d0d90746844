import { newCause } from '@/records/api/undo';
import { showUndo } from '@/records/undo';
import {
  type Announcements,
  closestCenter,
  DndContext,
  type KeyboardCoordinateGetter,
  KeyboardSensor,
  PointerSensor,
  useDraggable,
  useDroppable,
  useSensor,
  useSensors,
} from '@dnd-kit/core';
import { ActionIcon, Badge, Button, Group, Text } from '@mantine/core';
import { notify } from '@/lib/notify';
import { StateMessage } from '@pellucid/ui';
import {
  IconArrowDown,
  IconArrowUp,
  IconDots,
  IconGripVertical,
  IconPencil,
  IconPlus,
  IconStar,
  IconTimeline,
  IconTrash,
} from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SettingsLayout } from '@/app/shell/settings-layout';
import { useFormats } from '@/lib/format/formats';
import { Menu } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { recordKeys } from '@/records/api/record-keys';
import { useObject } from '@/records/api/describe-objects';
import { updateRecord } from '@/records/api/write-record';
import { useRecordForm } from '@/records/form/record-form-context';
import {
  fieldOf,
  mayBulk,
  mayCreate,
  mayDelete,
  mayUpdate,
  type ObjectDescription,
  type RecordData,
  recordName,
} from '@/records/object-description';
import {
  addStartingStages,
  PIPELINES,
  type PipelineWithStages,
  pipelinesQuery,
  STAGES,
  saveOrder,
} from './api/pipelines';
import { moved } from './choices';
import { LoadState } from './load-state';
import { RemoveDialog } from './remove-dialog';
import classes from './settings.module.css';

/** By keyboard, a stage moves one whole row at a time. */
const rowCoordinates: KeyboardCoordinateGetter = (event, { currentCoordinates, context }) => {
  if (event.code !== 'ArrowDown' && event.code !== 'ArrowUp') return undefined;
  const { collisionRect, droppableContainers, droppableRects, over } = context;
  if (!collisionRect) return undefined;
  event.preventDefault();
  const rows = droppableContainers
    .getEnabled()
    .flatMap(({ id }) => {
      const rect = droppableRects.get(id);
      return rect ? [{ id, top: rect.top }] : [];
    })
    .sort((a, b) => a.top - b.top);
  const at = rows.findIndex(({ id }) => id === over?.id);
  const next = rows[at + (event.code === 'ArrowDown' ? 1 : -1)];
  return at >= 0 && next ? { ...currentCoordinates, y: next.top } : undefined;
};

/** The company's pipelines and their stages. */
export default function PipelinesPage() {
  const { t } = useTranslation('settings');
  const forms = useRecordForm();
  const pipeline = useObject('pipeline');
  const stage = useObject('stage');
  const query = useQuery(pipelinesQuery);
  const addStages = useStartingStages();
  if (!pipeline || !stage) {
    return (
      <SettingsLayout part="pipelines">
        <StateMessage icon={<IconTimeline size={20} />} title={t('notAllowed')} />
      </SettingsLayout>
    );
  }
  return (
    <SettingsLayout part="pipelines">
      <div className={classes['bar']}>
        <span>{t('pipelines.text')}</span>
        {mayCreate(pipeline) ? (
          <Button
            size="xs"
            leftSection={<IconPlus size={15} />}
            onClick={() =>
              forms.openCreate(pipeline, {
                onSaved: ({ id }) => {
                  if (mayCreate(stage) && mayBulk(stage)) addStages.mutate(id);
                },
              })
            }
          >
            {t('pipelines.new')}
          </Button>
        ) : null}
      </div>
      {query.data ? (
        query.data.map((entry) => (
          <PipelineCard key={entry.pipeline.id} entry={entry} pipelineObject={pipeline} stageObject={stage} />
        ))
      ) : (
        <LoadState error={query.error} onRetry={() => void query.refetch()} />
      )}
    </SettingsLayout>
  );
}

/** Returns a function that adds the usual stages to a pipeline, given its ID. */
function useStartingStages() {
  const { t } = useTranslation('settings');
  return useMutation({
    mutationFn: (pipelineId: string) => addStartingStages(pipelineId, (key) => t(`stages.starting.${key}`)),
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
}

/**
 * Reorders the stages of a pipeline: at once on the page, then in the database. Quick successive moves are saved one
 * after the other.
 */
function useReorder(pipelineId: string): (next: RecordData[]) => void {
  const { t } = useTranslation('settings');
  const queryClient = useQueryClient();
  const { queryKey } = pipelinesQuery;
  const { mutate } = useMutation({
    scope: { id: `stages.order.${pipelineId}` },
    mutationFn: async (stages: RecordData[]) => {
      const cause = newCause();
      await saveOrder(stages, cause);
      showUndo({ message: t('stages.reordered'), cause });
    },
    onMutate: async (stages) => {
      await queryClient.cancelQueries({ queryKey });
      queryClient.setQueryData(queryKey, (entries) =>
        entries?.map((entry) => (entry.pipeline.id === pipelineId ? { ...entry, stages } : entry)),
      );
    },
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
    // Every list of stages is out of order.
    onSettled: () => queryClient.invalidateQueries({ queryKey: recordKeys.lists(STAGES) }),
  });
  return mutate;
}

interface PipelineCardProps {
  entry: PipelineWithStages;
  pipelineObject: ObjectDescription;
  stageObject: ObjectDescription;
}

function PipelineCard({ entry: { pipeline, stages }, pipelineObject, stageObject }: PipelineCardProps) {
  const { t } = useTranslation('settings');
  const forms = useRecordForm();
  const [removing, setRemoving] = useState<{ object: ObjectDescription; record: RecordData } | undefined>();
  const name = recordName(pipelineObject, pipeline);
  const addStages = useStartingStages();
  const fail = (error: Error) => notify({ color: 'red', message: problemText(error) });
  const makeDefault = useMutation({
    mutationFn: async () => {
      const cause = newCause();
      await updateRecord(PIPELINES, pipeline.id, { isDefault: true }, pipeline.version, cause);
      showUndo({ message: t('pipelines.isDefault', { name }), cause });
    },
    onError: fail,
  });
  const reorder = useReorder(pipeline.id);
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: rowCoordinates }),
  );
  const canSort = mayUpdate(stageObject) && mayBulk(stageObject);
  const move = (from: number, to: number) => {
    if (from !== to && to >= 0 && to < stages.length) reorder(moved(stages, from, to));
  };
  const indexOf = (id: unknown) => stages.findIndex((stage) => stage.id === id);
  const nameAt = (id: unknown) => String(stages[indexOf(id)]?.['name'] ?? '');
  const announcements: Announcements = {
    onDragStart: ({ active }) => t('stages.picked', { name: nameAt(active.id) }),
    onDragOver: ({ over }) => (over ? t('stages.over', { name: nameAt(over.id) }) : undefined),
    onDragEnd: ({ active }) => t('stages.dropped', { name: nameAt(active.id) }),
    onDragCancel: () => t('stages.cancelled'),
  };
  return (
    <section className={classes['card']} aria-label={name}>
      <header className={classes['pipelineHead']}>
        <h3 className={classes['pipelineName']}>{name}</h3>
        {pipeline['isDefault'] === true ? (
          <Badge variant="light" leftSection={<IconStar size={11} aria-hidden />}>
            {t('pipelines.default')}
          </Badge>
        ) : null}
        <Group gap="xs" ml="auto" wrap="nowrap">
          {mayCreate(stageObject) ? (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPlus size={15} />}
              onClick={() =>
                forms.openCreate(stageObject, {
                  values: { pipeline: { id: pipeline.id, name } },
                  onSaved: () => undefined,
                })
              }
            >
              {t('stages.new')}
            </Button>
          ) : null}
          {mayUpdate(pipelineObject) ? (
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="default" size={30} aria-label={t('more', { name })}>
                  <IconDots size={16} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item
                  leftSection={<IconPencil size={15} />}
                  onClick={() => forms.openEdit(pipelineObject, pipeline)}
                >
                  {t('edit')}
                </Menu.Item>
                {pipeline['isDefault'] === true ? null : (
                  <Menu.Item leftSection={<IconStar size={15} />} onClick={() => makeDefault.mutate()}>
                    {t('pipelines.makeDefault')}
                  </Menu.Item>
                )}
                {mayDelete(pipelineObject) && pipeline['isDefault'] !== true ? (
                  <Menu.Item
                    color="var(--pl-bad)"
                    leftSection={<IconTrash size={15} />}
                    onClick={() => setRemoving({ object: pipelineObject, record: pipeline })}
                  >
                    {t('delete')}
                  </Menu.Item>
                ) : null}
              </Menu.Dropdown>
            </Menu>
          ) : null}
        </Group>
      </header>
      {stages.length === 0 ? (
        <Group gap="sm">
          <Text size="sm" c="dimmed">
            {t('stages.none')}
          </Text>
          {mayCreate(stageObject) && mayBulk(stageObject) ? (
            <Button
              size="xs"
              variant="light"
              loading={addStages.isPending}
              onClick={() => addStages.mutate(pipeline.id)}
            >
              {t('stages.addStarting')}
            </Button>
          ) : null}
        </Group>
      ) : (
        <DndContext
          sensors={sensors}
          collisionDetection={closestCenter}
          accessibility={{ announcements, screenReaderInstructions: { draggable: t('stages.instructions') } }}
          onDragEnd={({ active, over }) => over && move(indexOf(active.id), indexOf(over.id))}
        >
          <ol className={classes['stages']}>
            {stages.map((stage, index) => (
              <StageRow
                key={stage.id}
                object={stageObject}
                stage={stage}
                index={index}
                count={stages.length}
                canSort={canSort}
                onMove={(to) => move(index, to)}
                onRemove={() => setRemoving({ object: stageObject, record: stage })}
              />
            ))}
          </ol>
        </DndContext>
      )}
      {removing ? <RemoveDialog {...removing} onClose={() => setRemoving(undefined)} /> : null}
    </section>
  );
}

interface StageRowProps {
  object: ObjectDescription;
  stage: RecordData;
  index: number;
  count: number;
  canSort: boolean;
  onMove: (to: number) => void;
  onRemove: () => void;
}

function StageRow({ object, stage, index, count, canSort, onMove, onRemove }: StageRowProps) {
  const { t } = useTranslation('settings');
  const formats = useFormats();
  const forms = useRecordForm();
  const drag = useDraggable({ id: stage.id, data: { index }, disabled: !canSort });
  const drop = useDroppable({ id: stage.id });
  const name = recordName(object, stage);
  const from = drop.active?.data.current?.['index'] as number | undefined;
  const over =
    drop.isOver && from !== undefined && from !== index ? (from > index ? 'before' : 'after') : undefined;
  const labels = new Map(
    fieldOf(object, 'requiredFields')?.options?.map(({ value, label }) => [value, label]),
  );
  const required = Array.isArray(stage['requiredFields'])
    ? stage['requiredFields'].map((key) => labels.get(String(key)) ?? String(key))
    : [];
  const canEdit = mayUpdate(object);
  return (
    <li
      ref={(node) => {
        drag.setNodeRef(node);
        drop.setNodeRef(node);
      }}
      className={classes['stage']}
      data-category={String(stage['category'])}
      data-dragging={drag.isDragging || undefined}
      data-over={over}
    >
      {canSort ? (
        <ActionIcon
          ref={drag.setActivatorNodeRef}
          size={26}
          className={classes['handle']}
          {...drag.listeners}
          aria-describedby={drag.attributes['aria-describedby']}
          aria-label={t('stages.drag', { name })}
        >
          <IconGripVertical size={15} />
        </ActionIcon>
      ) : (
        <span />
      )}
      <span className={classes['dot']} title={t(`stages.category.${String(stage['category'])}`)} />
      <span className={classes['stageName']}>{name}</span>
      <span className={classes['number']}>{formats.percent(Number(stage['probability'] ?? 0))}</span>
      <span className={classes['required']}>
        {[
          typeof stage['stuckAfterDays'] === 'number'
            ? t('stages.stuckAfter', { count: stage['stuckAfterDays'] })
            : '',
          required.length ? t('stages.needs', { fields: required.join(', ') }) : '',
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
      {canEdit ? (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon size={28} aria-label={t('more', { name })}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => forms.openEdit(object, stage)}>
              {t('edit')}
            </Menu.Item>
            <Menu.Item
              leftSection={<IconArrowUp size={15} />}
              disabled={index === 0 || !canSort}
              onClick={() => onMove(index - 1)}
            >
              {t('stages.up')}
            </Menu.Item>
            <Menu.Item
              leftSection={<IconArrowDown size={15} />}
              disabled={index === count - 1 || !canSort}
              onClick={() => onMove(index + 1)}
            >
              {t('stages.down')}
            </Menu.Item>
            {mayDelete(object) ? (
              <Menu.Item color="var(--pl-bad)" leftSection={<IconTrash size={15} />} onClick={onRemove}>
                {t('delete')}
              </Menu.Item>
            ) : null}
          </Menu.Dropdown>
        </Menu>
      ) : null}
    </li>
  );
}
