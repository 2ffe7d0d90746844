import { Inject, Injectable } from '@nestjs/common';
import { Metrics } from '@pellucid/platform/observability';

/** Metrics of live messages in this process. */
@Injectable()
export class LiveMetrics {
  private readonly messages;
  private readonly lag;

  constructor(@Inject(Metrics) private readonly metrics: Metrics) {
    this.messages = metrics.counter('pellucid_live_messages_total', 'Live messages sent to browsers', []);
    this.lag = metrics.seconds(
      'pellucid_live_lag_seconds',
      'Time from a change to its live messages, by the oldest change of a batch',
      [],
    );
  }

  /** Exports the number of open sockets. */
  watchSockets(read: () => number): void {
    this.metrics.gauge({
      name: 'pellucid_live_sockets',
      help: 'Browser tabs that receive live messages from this process',
      read: () => [{ value: read() }],
    });
  }

  /** Counts a message. */
  sent(): void {
    this.messages.inc();
  }

  /** Notes that messages about changes have been handed over. @param at when the oldest of them happened, ISO 8601 */
  told(at: string): void {
    this.lag.observe((Date.now() - Date.parse(at)) / 1000);
  }
}
