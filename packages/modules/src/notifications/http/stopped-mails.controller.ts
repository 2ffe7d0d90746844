import { Controller, Inject } from '@nestjs/common';
import {
  Endpoint,
  Exchange,
  type HttpExchange,
  Input,
  type ParsedInput,
  type SampleWorld,
} from '@pellucid/platform/http';
import { z } from 'zod';
import { Unsubscribing } from '../delivery/unsubscribing.js';

const query = z.strictObject({
  kinds: z.string().min(1).max(2_000),
  link: z.string().min(1).max(1_000),
});
const common = { access: 'public', tag: 'Notifications', path: '/stopped-mails', query } as const;
const sample = (world: SampleWorld) => ({ query: { kinds: 'assigned', link: world['stopLink']! } });

/** Endpoints by which people turn off mails without logging in. */
@Controller()
export class StoppedMailsController {
  constructor(@Inject(Unsubscribing) private readonly unsubscribing: Unsubscribing) {}

  @Endpoint({
    ...common,
    method: 'get',
    operationId: 'describeStoppedMails',
    summary: 'Say which mails a link turns off',
    description:
      'It changes nothing, because programs that look for viruses open links. Browsers are sent to the page that asks.',
    responses: {
      200: z.object({ kinds: z.array(z.object({ kind: z.string(), label: z.string() })) }),
    },
    sample,
  })
  async describe(@Input() { query: { kinds, link } }: ParsedInput, @Exchange() exchange: HttpExchange) {
    const described = await this.unsubscribing.describe(kinds, link);
    if (exchange.wantsPage) {
      exchange.status(303);
      exchange.header('Location', `/stop-mails?${new URLSearchParams({ kinds, link })}`);
    }
    return described;
  }

  @Endpoint({
    ...common,
    method: 'post',
    operationId: 'stopMails',
    summary: 'Turn off mails by a link',
    description: 'For the button of mail programs (RFC 8058) and the page that the link in a mail opens.',
    // It only ever turns off, so a repetition changes nothing.
    idempotent: false,
    status: 204,
    responses: { 204: null },
    sample,
  })
  async stop(@Input() { query: { kinds, link } }: ParsedInput): Promise<void> {
    await this.unsubscribing.stop(kinds, link);
  }
}
