import {
  closestCenter,
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  PointerSensor,
  useSensor,
  useSensors,
} from '@dnd-kit/core';
import {
  arrayMove,
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from '@dnd-kit/sortable';
import { CSS } from '@dnd-kit/utilities';
import { ActionIcon } from '@mantine/core';
import {
  IconArrowMerge,
  IconDots,
  IconGripVertical,
  IconPencil,
  IconTransform,
  IconTrash,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Menu } from '@/lib/layers/overlays';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import type { ObjectDescription } from '@/records/object-description';
import parts from '@/app/shell/settings-parts.module.css';
import { convertibleTypes, type CustomField, saveOrder } from './api/custom-fields';
import { fieldIcon } from './field-icons';
import { FieldMarks } from './field-marks';
import classes from './fields.module.css';
import { useDragTexts } from '@/records/layout/use-drag-texts';

interface FieldListProps {
  object: ObjectDescription;
  fields: CustomField[];
  isWanted: (field: CustomField) => boolean;
  /** Whether the order can be changed. */
  isOrdered: boolean;
  onAct: (act: FieldAct, field: CustomField) => void;
}

/** What can be done with a field. */
export type FieldAct = 'edit' | 'merge' | 'retype' | 'delete';

/** The company's fields of an object, in the order of forms and pages. They are dragged by mouse, finger or keyboard. */
export function FieldList({ object, fields, isWanted, isOrdered, onAct }: FieldListProps) {
  const { t } = useTranslation('fields');
  // The order that was dragged is shown until the one that the server has arrives.
  const [dragged, setDragged] = useState<string[] | undefined>();
  const byId = new Map(fields.map((field) => [field.id, field]));
  const ids = dragged && dragged.length === fields.length ? dragged : fields.map(({ id }) => id);
  const order = useMutation({
    mutationFn: (next: string[]) => saveOrder(object.key, next),
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
    onSettled: () => setDragged(undefined),
  });
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const texts = useDragTexts((id) => byId.get(id)?.label ?? '');
  const drop = ({ active, over }: DragEndEvent) => {
    if (!over || over.id === active.id) return;
    const next = arrayMove(ids, ids.indexOf(String(active.id)), ids.indexOf(String(over.id)));
    setDragged(next);
    order.mutate(next);
  };
  const shown = ids.flatMap((id) => byId.get(id) ?? []).filter(isWanted);
  return (
    <DndContext sensors={sensors} collisionDetection={closestCenter} accessibility={texts} onDragEnd={drop}>
      <SortableContext items={ids} strategy={verticalListSortingStrategy} disabled={!isOrdered}>
        <ul className={parts['rows']} aria-label={t('ownOf', { objects: object.pluralLabel })}>
          {shown.map((field) => (
            <FieldRow key={field.id} field={field} isOrdered={isOrdered} onAct={(act) => onAct(act, field)} />
          ))}
        </ul>
      </SortableContext>
    </DndContext>
  );
}

function FieldRow({
  field,
  isOrdered,
  onAct,
}: {
  field: CustomField;
  isOrdered: boolean;
  onAct: (act: FieldAct) => void;
}) {
  const { t } = useTranslation('fields');
  const canMerge = (field.options ?? []).length > 1 && !field.convertingTo;
  const sortable = useSortable({ id: field.id });
  const Icon = fieldIcon(field.type);
  return (
    <li
      ref={sortable.setNodeRef}
      className={parts['row']}
      data-dragging={sortable.isDragging || undefined}
      style={{ transform: CSS.Transform.toString(sortable.transform), transition: sortable.transition }}
    >
      <ActionIcon
        ref={sortable.setActivatorNodeRef}
        {...sortable.attributes}
        {...sortable.listeners}
        size={24}
        className={classes['grip']}
        disabled={!isOrdered}
        aria-label={t('drag', { field: field.label })}
      >
        <IconGripVertical size={15} />
      </ActionIcon>
      <Icon size={16} aria-hidden className={parts['icon']} />
      <span className={parts['what']}>
        <button type="button" className={parts['open']} onClick={() => onAct('edit')}>
          {field.label}
        </button>
        <span className={parts['sub']}>
          {t(`types.${field.type}.label`)}
          {field.valueType ? ` (${t(`types.${field.valueType}.label`)})` : null} · {field.key}
        </span>
      </span>
      <FieldMarks
        required={field.required}
        isConditional={Boolean(field.requiredIf ?? field.visibleIf)}
        unique={field.unique}
        uniqueRefused={field.uniqueRefused}
        indexed={field.indexed}
        convertingTo={field.convertingTo && t(`types.${field.convertingTo}.label`)}
      />
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon size={28} aria-label={t('more', { field: field.label })}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => onAct('edit')}>
            {t('edit')}
          </Menu.Item>
          {canMerge ? (
            <Menu.Item leftSection={<IconArrowMerge size={15} />} onClick={() => onAct('merge')}>
              {t('merge.action')}
            </Menu.Item>
          ) : null}
          {convertibleTypes(field).length ? (
            <Menu.Item leftSection={<IconTransform size={15} />} onClick={() => onAct('retype')}>
              {t('retype.action')}
            </Menu.Item>
          ) : null}
          <Menu.Item
            color="var(--pl-bad)"
            leftSection={<IconTrash size={15} />}
            onClick={() => onAct('delete')}
          >
            {t('delete.action')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}
