import { Module } from '@nestjs/common';

/** Accounts consist of a description only; the record engine does the rest. */
@Module({})
export class AccountsModule {}
