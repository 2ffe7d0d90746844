import type { KeyboardCoordinateGetter } from '@dnd-kit/core';

/** Keyboard moves of a card between columns: left and right arrows, Home and End. */
export const columnCoordinates: KeyboardCoordinateGetter = (event, { context }) => {
  const { collisionRect, droppableContainers, droppableRects, over } = context;
  if (!collisionRect) return undefined;
  const columns = droppableContainers
    .getEnabled()
    .flatMap(({ id, node }) => {
      const rect = droppableRects.get(id);
      return rect && node.current ? [{ id, rect, node: node.current }] : [];
    })
    .sort((a, b) => a.rect.left - b.rect.left);
  const center = collisionRect.left + collisionRect.width / 2;
  const at = columns.findIndex(({ id }) => id === over?.id);
  const current = at >= 0 ? at : columns.filter(({ rect }) => rect.left + rect.width / 2 < center).length - 1;
  let next: number;
  switch (event.code) {
    case 'ArrowRight':
      next = current + 1;
      break;
    case 'ArrowLeft':
      next = current - 1;
      break;
    case 'Home':
      next = 0;
      break;
    case 'End':
      next = columns.length - 1;
      break;
    default:
      return undefined;
  }
  event.preventDefault();
  const target = columns[Math.min(columns.length - 1, Math.max(0, next))];
  if (!target) return undefined;
  target.node.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  return {
    x: target.rect.left + target.rect.width / 2 - collisionRect.width / 2,
    y: target.rect.top + 56,
  };
};
