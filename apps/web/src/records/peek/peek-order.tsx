/** The order in which a page shows its records. Its parts, such as the columns of a board, tell which ones they show. */
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';

class PeekOrder {
  private readonly parts = new Map<string, { at: number; ids: string[] }>();
  private readonly listeners = new Set<() => void>();
  private all: string[] = [];

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  readonly ids = () => this.all;

  tell(part: string, shown: { at: number; ids: string[] } | undefined): void {
    if (shown) this.parts.set(part, shown);
    else this.parts.delete(part);
    const parts = [...this.parts.values()].sort((a, b) => a.at - b.at);
    this.all = [...new Set(parts.flatMap(({ ids }) => ids))];
    for (const listener of this.listeners) listener();
  }
}

const Order = createContext(new PeekOrder());

/** The page whose parts tell their records, around them and the drawer. */
export function PeekOrderProvider({ children }: { children: ReactNode }) {
  const [order] = useState(() => new PeekOrder());
  return <Order.Provider value={order}>{children}</Order.Provider>;
}

/**
 * Tells which records a part of the page shows, in its order.
 * @param part name of the part
 * @param at its place among the parts
 */
export function useShownRecords(part: string, at: number, records: readonly { id: string }[]): void {
  const order = useContext(Order);
  const text = records.map(({ id }) => id).join();
  useEffect(() => {
    order.tell(part, { at, ids: text ? text.split(',') : [] });
    return () => order.tell(part, undefined);
  }, [order, part, at, text]);
}

/** IDs of the records that the page shows, in its order. */
export function usePeekOrder(): string[] {
  const order = useContext(Order);
  return useSyncExternalStore(order.subscribe, order.ids);
}
