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
  verticalListSortingStrategy,
} from '@dnd-kit/sortable';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import parts from '@/app/shell/settings-parts.module.css';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { useDragTexts } from '@/records/layout/use-drag-texts';
import type { ObjectDescription } from '@/records/object-description';
import { type AssignmentRule, saveOrder, type Territory } from './api/assignment';
import { RuleRow } from './rule-row';

interface RuleListProps {
  lead: ObjectDescription;
  rules: AssignmentRule[];
  names: Record<string, string>;
  territories: Territory[];
  onEdit: (rule: AssignmentRule) => void;
  onDelete: (rule: AssignmentRule) => void;
}

/** The rules, first one first. They are dragged by mouse, finger or keyboard. */
export function RuleList({ rules, onEdit, onDelete, ...about }: RuleListProps) {
  const { t } = useTranslation('assignment');
  // The order that was dragged is shown until the one that the server has arrives.
  const [dragged, setDragged] = useState<string[] | undefined>();
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const ids = dragged && dragged.length === rules.length ? dragged : rules.map(({ id }) => id);
  const order = useMutation({
    mutationFn: saveOrder,
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
    onSettled: () => setDragged(undefined),
  });
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const texts = useDragTexts((id) => byId.get(id)?.name ?? '');
  const move = (from: number, to: number) => {
    const next = arrayMove(ids, from, to);
    setDragged(next);
    order.mutate(next);
  };
  const drop = ({ active, over }: DragEndEvent) => {
    if (over && over.id !== active.id) move(ids.indexOf(String(active.id)), ids.indexOf(String(over.id)));
  };
  return (
    <DndContext sensors={sensors} collisionDetection={closestCenter} accessibility={texts} onDragEnd={drop}>
      <SortableContext items={ids} strategy={verticalListSortingStrategy}>
        <ol className={parts['rows']} aria-label={t('rules.title')}>
          {ids
            .flatMap((id) => byId.get(id) ?? [])
            .map((rule, place) => (
              <RuleRow
                key={rule.id}
                rule={rule}
                place={place}
                count={ids.length}
                onMove={(to) => move(place, to)}
                onEdit={() => onEdit(rule)}
                onDelete={() => onDelete(rule)}
                {...about}
              />
            ))}
        </ol>
      </SortableContext>
    </DndContext>
  );
}
