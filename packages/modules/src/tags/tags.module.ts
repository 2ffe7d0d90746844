import { Module } from '@nestjs/common';

/** Tags consist of a description only; the record engine does the rest. */
@Module({})
export class TagsModule {}
