import { takeBackToast } from '@/lib/take-back-toast';
import {
  closestCorners,
  DndContext,
  type DragOverEvent,
  DragOverlay,
  KeyboardSensor,
  PointerSensor,
  useSensor,
  useSensors,
} from '@dnd-kit/core';
import { sortableKeyboardCoordinates } from '@dnd-kit/sortable';
import { Alert, Button, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '@/lib/api-problem';
import { fieldProblemText, problemText } from '@/lib/problem-text';
import type { ObjectDescription } from '@/records/object-description';
import { panelsOf } from '@/records/record/panel-piece';
import { addLayout, type Layout, type LayoutKind, removeLayout, saveLayout } from './api/layouts';
import { LayoutAudience } from './layout-audience';
import { LayoutPalette } from './layout-palette';
import { LayoutPreview } from './layout-preview';
import { LayoutSections, PieceLabel } from './layout-sections';
import { LayoutTabs } from './layout-tabs';
import classes from './layouts.module.css';
import {
  defaultDraft,
  draftOfLayout,
  fieldPiece,
  hasPanels,
  hasTabs,
  type LayoutDraft,
  layoutWish,
  movePiece,
  PALETTE,
  panelPiece,
  type PieceId,
  placeable,
  placeOf,
  sectionsIn,
} from './model/layout-draft';
import { useDragTexts } from '@/records/layout/use-drag-texts';

interface LayoutEditorProps {
  object: ObjectDescription;
  kind: LayoutKind;
  /** Undefined for a new one, which begins as the page is without. */
  layout: Layout | undefined;
  onDirty: (isDirty: boolean) => void;
  /** Called with the saved layout; with none after a reset. */
  onSaved: (layout: Layout | undefined) => void;
}

/** Fields and panels of an object, by the ids of their pieces. */
export function usePieces(object: ObjectDescription, kind: LayoutKind): Map<PieceId, string> {
  const { t } = useTranslation();
  return new Map([
    ...placeable(object, kind).map(({ key, label }): [PieceId, string] => [fieldPiece(key), label]),
    ...(hasPanels(kind)
      ? [...panelsOf(object)].map(([key, labelKey]): [PieceId, string] => [panelPiece(key), t(labelKey)])
      : []),
  ]);
}

/** Lays out fields and panels by drag and drop, with a preview as a role sees it. */
export function LayoutEditor({ object, kind, layout, onDirty, onSaved }: LayoutEditorProps) {
  const { t } = useTranslation('fields');
  const names = usePieces(object, kind);
  const [start] = useState(() =>
    layout ? draftOfLayout(layout) : defaultDraft(object, kind, [...panelsOf(object).keys()]),
  );
  const [draft, setDraft] = useState<LayoutDraft>(start);
  const isChanged = JSON.stringify(layoutWish(draft)) !== JSON.stringify(layoutWish(start));
  useEffect(() => onDirty(isChanged), [isChanged, onDirty]);
  const [lifted, setLifted] = useState<PieceId | undefined>();
  /** What Esc goes back to. */
  const before = useRef(draft);
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const texts = useDragTexts((id) => nameOf(id));
  const nameOf = (id: string) =>
    names.get(id as PieceId) ??
    (id === PALETTE
      ? t('layouts.palette')
      : sectionsIn(draft).find((section) => section.id === id)?.title || t('layouts.section'));
  const dragOver = ({ active, over }: DragOverEvent) => {
    if (!over || over.id === active.id) return;
    setDraft((current) => movePiece(current, active.id as PieceId, String(over.id)));
  };
  const save = useMutation({
    mutationFn: () =>
      layout
        ? saveLayout(object.key, layout, layoutWish(draft))
        : addLayout(object.key, { kind, ...layoutWish(draft) }),
    onSuccess: (saved) => {
      takeBackToast(t('layouts.saved'), () =>
        layout
          ? saveLayout(object.key, saved, layoutWish(draftOfLayout(layout)))
          : removeLayout(object.key, saved),
      );
      onSaved(saved);
    },
  });
  const reset = useMutation({
    mutationFn: async () => layout && removeLayout(object.key, layout),
    onSuccess: () => {
      takeBackToast(
        t('layouts.wasReset'),
        async () => layout && addLayout(object.key, { kind, ...layoutWish(draftOfLayout(layout)) }),
      );
      onSaved(undefined);
    },
  });
  const error = save.error ?? reset.error;
  const unplaced = [...names.keys()].filter((id) => placeOf(draft, id) === PALETTE);
  const parts = { object, draft, setDraft, names };
  return (
    <section aria-label={t('layouts.editor')}>
      {error ? (
        <Alert color="red" variant="light" role="alert" mb="md">
          {error instanceof ApiProblem && error.fields.length
            ? error.fields.map(fieldProblemText).join(' ')
            : problemText(error)}
        </Alert>
      ) : null}
      <LayoutAudience {...parts} />
      <DndContext
        sensors={sensors}
        collisionDetection={closestCorners}
        accessibility={texts}
        onDragStart={({ active }) => {
          before.current = draft;
          setLifted(active.id as PieceId);
        }}
        onDragOver={dragOver}
        onDragEnd={(event) => {
          dragOver(event);
          setLifted(undefined);
        }}
        onDragCancel={() => {
          setDraft(before.current);
          setLifted(undefined);
        }}
      >
        <div className={classes['editor']}>
          <LayoutPalette {...parts} pieces={unplaced} />
          <div className={classes['canvas']}>
            {hasTabs(kind) ? <h3 className={classes['heading']}>{t('layouts.aside')}</h3> : null}
            <LayoutSections
              {...parts}
              kind={kind}
              sections={draft.sections}
              onChange={(sections) => setDraft((current) => ({ ...current, sections }))}
            />
            {hasTabs(kind) ? <LayoutTabs {...parts} kind={kind} /> : null}
          </div>
          <LayoutPreview {...parts} kind={kind} />
        </div>
        <DragOverlay>{lifted ? <PieceLabel name={nameOf(lifted)} isLifted /> : null}</DragOverlay>
      </DndContext>
      {unplaced.length ? (
        <Text size="xs" c="dimmed" mt="sm">
          {t(`layouts.unplaced.${kind}`)}
        </Text>
      ) : null}
      <div className={classes['bar']}>
        {layout ? (
          <Button
            size="xs"
            variant="subtle"
            color="red"
            loading={reset.isPending}
            onClick={() => reset.mutate()}
          >
            {t('layouts.reset')}
          </Button>
        ) : null}
        <span className={classes['grow']} />
        <Button size="xs" variant="default" disabled={!isChanged} onClick={() => setDraft(start)}>
          {t('layouts.discard')}
        </Button>
        <Button
          size="xs"
          disabled={layout !== undefined && !isChanged}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          {t('layouts.save')}
        </Button>
      </div>
    </section>
  );
}
