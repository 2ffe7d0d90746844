/** Tells the values that an input itself put into the URL from those that came from elsewhere. */
export interface SentValues {
  /** Records a value that the input puts into the URL. */
  send(value: string): void;
  /** In: a value now in the URL. Out: whether the input sent it. Earlier ones may have been skipped on the way. */
  isOwn(value: string): boolean;
}

/** In: the value in the URL at the start. */
export function watchSentValues(start: string): SentValues {
  let last = start;
  let sent: string[] = [];
  return {
    send(value) {
      // The URL doesn't change, so nothing will arrive.
      if (value === last) return;
      sent.push(value);
      last = value;
    },
    isOwn(value) {
      const at = sent.indexOf(value);
      if (at < 0) {
        sent = [];
        last = value;
        return false;
      }
      sent = sent.slice(at + 1);
      return true;
    },
  };
}
