import { Inject, Injectable } from '@nestjs/common';
import { ReachableMembers } from '@pellucid/modules/identity';
import { AccessDirectory } from '@pellucid/platform/access';
import { currentContext, runInContext } from '@pellucid/platform/context';

/** A person to whom notifications go. */
export interface Reader {
  memberId: string;
  /** Whether they may act at present. */
  isActive: boolean;
  /** Where mails go; null until the address is known to be theirs. */
  email: string | null;
  language: 'en' | 'de';
}

/** The people whom notifications go to, and what is done as if they did it. */
@Injectable()
export class Readers {
  constructor(
    @Inject(ReachableMembers) private readonly members: ReachableMembers,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
  ) {}

  /** Returns a person of the context's company, in their own language or else the company's. */
  async find(memberId: string): Promise<Reader> {
    const found = await this.members.find(memberId);
    const { settings, status } = await this.access.current();
    const language = found?.language ?? settings.locale.split('-')[0]!.toLowerCase();
    return {
      memberId,
      isActive: found?.isActive === true && status === 'active',
      email: found?.email ?? null,
      language: language === 'de' ? 'de' : 'en',
    };
  }

  /** Runs the function under the rights of a person and in their language. */
  as<T>({ memberId, language }: Pick<Reader, 'memberId' | 'language'>, fn: () => Promise<T>): Promise<T> {
    const actor = { kind: 'member' as const, id: memberId };
    return runInContext(
      { ...currentContext(), actor, memberId, sessionId: null, viewAs: null, language },
      fn,
    );
  }
}
