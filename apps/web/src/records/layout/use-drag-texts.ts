import type { DndContextProps, UniqueIdentifier } from '@dnd-kit/core';
import { useTranslation } from 'react-i18next';

/** What screen readers hear while something is dragged. In: the name of what has an id. */
export function useDragTexts(nameOf: (id: string) => string): NonNullable<DndContextProps['accessibility']> {
  const { t } = useTranslation('records');
  const name = (it: { id: UniqueIdentifier }) => nameOf(String(it.id));
  return {
    screenReaderInstructions: { draggable: t('dragging.how') },
    announcements: {
      onDragStart: ({ active }) => t('dragging.lifted', { name: name(active) }),
      onDragOver: ({ active, over }) =>
        over && over.id !== active.id
          ? t('dragging.over', { name: name(active), place: name(over) })
          : undefined,
      onDragEnd: ({ active }) => t('dragging.dropped', { name: name(active) }),
      onDragCancel: ({ active }) => t('dragging.cancelled', { name: name(active) }),
    },
  };
}
