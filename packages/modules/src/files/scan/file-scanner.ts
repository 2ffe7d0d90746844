import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '@pellucid/platform/config';
import type { ScanStatus } from '../files.record.js';
import { Clamd } from './clamd.js';

/** Scans files for viruses, if the operator has a scanner. */
@Injectable()
export class FileScanner {
  private readonly clamd: Clamd | undefined;

  constructor(@Inject(CONFIG) { CLAMD_HOST: host, CLAMD_PORT: port }: Config) {
    this.clamd = host === undefined ? undefined : new Clamd(host, port);
  }

  /** What the scan says of a file that has just arrived. */
  get initialStatus(): ScanStatus {
    return this.clamd ? 'pending' : 'notScanned';
  }

  /** Scans content. Without a scanner nothing is read. @throws like {@link Clamd.scan} */
  async scan(content: AsyncIterable<Buffer>): Promise<ScanStatus> {
    if (!this.clamd) return 'notScanned';
    const { signature } = await this.clamd.scan(content);
    return signature === null ? 'clean' : 'infected';
  }
}
