"""The tables of version 462a6fe, in one step, with the search index: an FTS5 table on
SQLite, a table of tsvectors on PostgreSQL. The index is not a Django model: the two
have nothing in common but their name.

Its nineteen migrations are gone. A database that has had them all counts as having had
this one; one that has had only some is refused by Django, because the next migration
still depends on the last of them by its old name.
"""

import django.db.models.deletion
import django.utils.timezone
import transcription.models.evaluation
import transcription.models.recordings
import uuid
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQLITE = (
    "CREATE VIRTUAL TABLE transcription_segmentindex USING fts5("
    "terms, detail=full, tokenize='ascii')",
)
POSTGRESQL = (
    "CREATE TABLE transcription_segmentindex ("
    "key bigint PRIMARY KEY, department_id bigint NOT NULL, vector tsvector NOT NULL)",
    "CREATE INDEX transcription_segmentindex_vector ON transcription_segmentindex "
    "USING gin (vector)",
)


def create_index(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for sql in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(sql)


def drop_index(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    editor.execute("DROP TABLE transcription_segmentindex")


class Migration(migrations.Migration):

    replaces = [
        ('transcription', '0001_initial'),
        ('transcription', '0002_search_index'),
        ('transcription', '0003_segment_text_machine'),
        ('transcription', '0004_hotword_versions'),
        ('transcription', '0005_vad_runs'),
        ('transcription', '0006_hotword_revisions'),
        ('transcription', '0007_engine_workers'),
        ('transcription', '0008_evaluation'),
        ('transcription', '0009_speakers'),
        ('transcription', '0010_hotword_proposals'),
        ('transcription', '0011_hotword_dismissals'),
        ('transcription', '0012_engine_request_language'),
        ('transcription', '0013_rehearings'),
        ('transcription', '0014_department_vad'),
        ('transcription', '0015_uncertain_words'),
        ('transcription', '0016_run_tries'),
        ('transcription', '0017_rehearing_unknown_language'),
        ('transcription', '0018_evaluation_facts'),
        ('transcription', '0019_job_tries'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_squashed_0004_audit_no_delete'),
    ]

    operations = [
        migrations.CreateModel(
            name='HotwordList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('is_enabled', models.BooleanField(default=True, verbose_name='enabled')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='hotword_lists', to='accounts.department')),
                ('change_count', models.PositiveIntegerField(default=0)),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('department', 'name'), name='hotword_list_name_once'), models.UniqueConstraint(condition=models.Q(('department', None)), fields=('name',), name='hotword_list_company_name_once')],
            },
        ),
        migrations.CreateModel(
            name='Hotword',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=30)),
                ('folded', models.CharField(max_length=30)),
                ('hotword_list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hotwords', to='transcription.hotwordlist')),
                ('spoken', models.JSONField(default=list)),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('hotword_list', 'folded'), name='hotword_once_per_list')],
            },
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=32)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tags', to='accounts.department')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('department', 'name'), name='tag_once_per_department')],
            },
        ),
        migrations.CreateModel(
            name='Recording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('original_name', models.CharField(max_length=255)),
                ('file', models.FileField(max_length=200, upload_to=transcription.models.recordings.recording_path)),
                ('playback_file', models.FileField(blank=True, max_length=200, upload_to=transcription.models.recordings.playback_path)),
                ('sha256', models.CharField(max_length=64)),
                ('size_bytes', models.PositiveBigIntegerField()),
                ('media_format', models.CharField(max_length=16)),
                ('duration_ms', models.PositiveBigIntegerField(null=True)),
                ('channel_count', models.PositiveSmallIntegerField(null=True)),
                ('sample_rate', models.PositiveIntegerField(null=True)),
                ('is_dual_mono', models.BooleanField(default=False)),
                ('waveform', models.JSONField(null=True)),
                ('agent', models.CharField(blank=True, max_length=64, verbose_name='agent')),
                ('phone_number', models.CharField(blank=True, max_length=32, verbose_name='number')),
                ('direction', models.CharField(blank=True, choices=[('inbound', 'Inbound'), ('outbound', 'Outbound')], max_length=8, verbose_name='direction')),
                ('recorded_at', models.DateTimeField(blank=True, null=True, verbose_name='time of the call')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('deleted_at', models.DateTimeField(null=True)),
                ('deleted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recordings', to='accounts.department')),
                ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tags', models.ManyToManyField(blank=True, related_name='recordings', to='transcription.tag')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'indexes': [models.Index(condition=models.Q(('deleted_at', None)), fields=['department', '-created_at', '-id'], name='recording_archive'), models.Index(fields=['department', 'sha256'], name='recording_same_file'), models.Index(fields=['deleted_at'], name='recording_trash')],
                'constraints': [models.CheckConstraint(condition=models.Q(('direction__in', ['', 'inbound', 'outbound'])), name='recording_direction_known')],
            },
        ),
        migrations.CreateModel(
            name='TranscriptionJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('language', models.CharField(choices=[('auto', 'Detect'), ('zh', 'Chinese'), ('en', 'English'), ('ja', 'Japanese')], max_length=8)),
                ('use_itn', models.BooleanField()),
                ('hotwords', models.JSONField(default=list)),
                ('queue', models.CharField(choices=[('interactive', 'Interactive'), ('batch', 'Batch')], max_length=16)),
                ('state', models.CharField(choices=[('queued', 'Waiting'), ('running', 'Transcribing'), ('succeeded', 'Done'), ('failed', 'Failed'), ('canceled', 'Canceled')], default='queued', max_length=16)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('lease_token', models.UUIDField(null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('worker', models.CharField(blank=True, max_length=120)),
                ('cancel_requested_at', models.DateTimeField(null=True)),
                ('progress_percent', models.PositiveSmallIntegerField(default=0)),
                ('eta_ms', models.PositiveBigIntegerField(null=True)),
                ('error_code', models.CharField(blank=True, max_length=40)),
                ('error_detail', models.CharField(blank=True, max_length=500)),
                ('engine', models.CharField(blank=True, max_length=40)),
                ('model_name', models.CharField(blank=True, max_length=80)),
                ('device', models.CharField(blank=True, max_length=40)),
                ('audio_ms', models.PositiveBigIntegerField(null=True)),
                ('processing_ms', models.PositiveBigIntegerField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('enqueued_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.department')),
                ('recording', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='jobs', to='transcription.recording')),
                ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('hotword_versions', models.JSONField(default=list)),
                ('speakers', models.CharField(choices=[('off', "Don't separate"), ('auto', 'Automatic'), ('2', '2'), ('3', '3'), ('4', '4'), ('5', '5'), ('6', '6'), ('7', '7'), ('8', '8')], default='off', max_length=4)),
                ('vad', models.JSONField(default=dict)),
                ('try_again_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('state__in', ('queued', 'running'))), fields=['state', 'lease_until'], name='job_active'), models.Index(condition=models.Q(('state', 'succeeded')), fields=['finished_at'], name='job_succeeded_at')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('queued', 'running'))), fields=('recording',), name='job_one_active_per_recording'), models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'running', 'succeeded', 'failed', 'canceled'])), name='job_state_known'), models.CheckConstraint(condition=models.Q(('language__in', ['auto', 'zh', 'en', 'ja'])), name='job_language_known'), models.CheckConstraint(condition=models.Q(('queue__in', ['interactive', 'batch'])), name='job_queue_known'), models.CheckConstraint(condition=models.Q(('progress_percent__lte', 100)), name='job_progress_percent'), models.CheckConstraint(condition=models.Q(models.Q(('lease_token__isnull', False), ('state', 'running')), models.Q(models.Q(('state', 'running'), _negated=True), ('lease_token', None)), _connector='OR'), name='job_running_has_lease'), models.CheckConstraint(condition=models.Q(('speakers__in', ['off', 'auto', '2', '3', '4', '5', '6', '7', '8'])), name='job_speakers_known')],
            },
        ),
        migrations.CreateModel(
            name='Transcript',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('is_current', models.BooleanField(default=True)),
                ('language', models.CharField(max_length=8)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.department')),
                ('recording', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='transcripts', to='transcription.recording')),
                ('job', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='transcript', to='transcription.transcriptionjob')),
                ('notes', models.JSONField(default=list)),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('recording',), name='transcript_one_current_per_recording')],
            },
        ),
        migrations.CreateModel(
            name='Speaker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=16)),
                ('name', models.CharField(blank=True, max_length=64)),
                ('channel', models.PositiveSmallIntegerField(null=True)),
                ('transcript', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='speakers', to='transcription.transcript')),
            ],
            options={
                'ordering': ['label'],
                'constraints': [models.UniqueConstraint(fields=('transcript', 'label'), name='speaker_once_per_transcript')],
            },
        ),
        migrations.CreateModel(
            name='Segment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('index', models.PositiveIntegerField()),
                ('channel', models.PositiveSmallIntegerField(null=True)),
                ('start_ms', models.PositiveBigIntegerField()),
                ('end_ms', models.PositiveBigIntegerField()),
                ('text_raw', models.TextField()),
                ('text', models.TextField()),
                ('words', models.JSONField(default=list)),
                ('itn_map', models.JSONField(default=list)),
                ('hotwords', models.JSONField(default=list)),
                ('flags', models.JSONField(default=list)),
                ('confidence', models.FloatField(null=True)),
                ('timing_source', models.CharField(choices=[('ctc', 'model alignment'), ('engine', 'engine'), ('vad', 'voice activity')], max_length=8)),
                ('edited_at', models.DateTimeField(null=True)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.department')),
                ('edited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('speaker', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='segments', to='transcription.speaker')),
                ('transcript', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='segments', to='transcription.transcript')),
                ('text_machine', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['index'],
                'constraints': [models.UniqueConstraint(fields=('transcript', 'index'), name='segment_once_per_transcript'), models.CheckConstraint(condition=models.Q(('end_ms__gte', models.F('start_ms'))), name='segment_ends_after_start'), models.CheckConstraint(condition=models.Q(('timing_source__in', ['ctc', 'engine', 'vad'])), name='segment_timing_source_known')],
            },
        ),
        migrations.CreateModel(
            name='JobWindow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.PositiveSmallIntegerField()),
                ('index', models.PositiveIntegerField()),
                ('segments', models.JSONField()),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='windows', to='transcription.transcriptionjob')),
            ],
            options={
                'ordering': ['channel', 'index'],
                'constraints': [models.UniqueConstraint(fields=('job', 'channel', 'index'), name='job_window_once')],
            },
        ),
        migrations.CreateModel(
            name='HotwordListVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('lines', models.JSONField()),
                ('word_count', models.PositiveIntegerField()),
                ('added', models.PositiveIntegerField(default=0)),
                ('removed', models.PositiveIntegerField(default=0)),
                ('respelled', models.PositiveIntegerField(default=0)),
                ('restores', models.PositiveIntegerField(null=True)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('published_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('hotword_list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='transcription.hotwordlist')),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('hotword_list', 'number'), name='hotword_version_number_once')],
            },
        ),
        migrations.CreateModel(
            name='VadRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('end_silence_ms', models.PositiveIntegerField()),
                ('max_segment_ms', models.PositiveIntegerField()),
                ('gap_ms', models.PositiveIntegerField()),
                ('pad_ms', models.PositiveIntegerField()),
                ('queue', models.CharField(choices=[('interactive', 'Interactive'), ('batch', 'Batch')], max_length=16)),
                ('state', models.CharField(choices=[('queued', 'Waiting'), ('running', 'Transcribing'), ('succeeded', 'Done'), ('failed', 'Failed'), ('canceled', 'Canceled')], default='queued', max_length=16)),
                ('lease_token', models.UUIDField(null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('worker', models.CharField(blank=True, max_length=120)),
                ('cancel_requested_at', models.DateTimeField(null=True)),
                ('progress_percent', models.PositiveSmallIntegerField(default=0)),
                ('error_code', models.CharField(blank=True, max_length=40)),
                ('audio_ms', models.PositiveBigIntegerField(null=True)),
                ('processing_ms', models.PositiveBigIntegerField(null=True)),
                ('waveform', models.JSONField(null=True)),
                ('tracks', models.JSONField(default=list)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('rung_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('finished_at', models.DateTimeField(null=True)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.department')),
                ('recording', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='vad_runs', to='transcription.recording')),
                ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('queued', 'running'))), fields=('recording',), name='vad_one_active_per_recording'), models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'running', 'succeeded', 'failed', 'canceled'])), name='vad_state_known'), models.CheckConstraint(condition=models.Q(('queue__in', ['interactive', 'batch'])), name='vad_queue_known'), models.CheckConstraint(condition=models.Q(models.Q(('lease_token__isnull', False), ('state', 'running')), models.Q(models.Q(('state', 'running'), _negated=True), ('lease_token', None)), _connector='OR'), name='vad_running_has_lease')],
            },
        ),
        migrations.CreateModel(
            name='HotwordRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('hotword', models.CharField(max_length=200)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('undone_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hotword_revisions', to='accounts.department')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='RevisedSegment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.JSONField()),
                ('after', models.TextField()),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revised', to='transcription.hotwordrevision')),
                ('segment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revised', to='transcription.segment')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('revision', 'segment'), name='revised_segment_once')],
            },
        ),
        migrations.CreateModel(
            name='EngineWorker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True)),
                ('host', models.CharField(max_length=80)),
                ('pid', models.PositiveIntegerField()),
                ('queue', models.CharField(choices=[('interactive', 'Interactive'), ('batch', 'Batch')], max_length=16)),
                ('is_busy', models.BooleanField(default=False)),
                ('engines', models.JSONField(default=list)),
                ('resident_bytes', models.PositiveBigIntegerField()),
                ('host_free_bytes', models.PositiveBigIntegerField()),
                ('host_total_bytes', models.PositiveBigIntegerField()),
                ('gpu_name', models.CharField(blank=True, max_length=80)),
                ('gpu_free_bytes', models.PositiveBigIntegerField(null=True)),
                ('gpu_total_bytes', models.PositiveBigIntegerField(null=True)),
                ('gpu_peak_bytes', models.PositiveBigIntegerField(null=True)),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('seen_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['host', 'queue', 'pid'],
                'constraints': [models.CheckConstraint(condition=models.Q(('queue__in', ['interactive', 'batch'])), name='engine_worker_queue_known')],
            },
        ),
        migrations.CreateModel(
            name='EngineRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(choices=[('load', 'Load a model'), ('unload', 'Unload the models'), ('clear_cache', 'Clear the cache')], max_length=16)),
                ('language', models.CharField(blank=True, max_length=8)),
                ('requested_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('state', models.CharField(choices=[('pending', 'Waiting for the worker'), ('done', 'Done'), ('failed', 'Failed')], default='pending', max_length=16)),
                ('error_code', models.CharField(blank=True, max_length=40)),
                ('finished_at', models.DateTimeField(null=True)),
                ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requests', to='transcription.engineworker')),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('action__in', ['load', 'unload', 'clear_cache'])), name='engine_request_action_known'), models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'done', 'failed'])), name='engine_request_state_known'), models.UniqueConstraint(condition=models.Q(('state', 'pending')), fields=('worker', 'action', 'language'), name='engine_request_once')],
            },
        ),
        migrations.CreateModel(
            name='IntakePause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_only', models.BooleanField(default=True, editable=False, unique=True)),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('paused_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('paused_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('is_only', True)), name='intake_pause_is_only')],
            },
        ),
        migrations.CreateModel(
            name='ReferenceSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reference_sets', to='accounts.department')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('department', 'name'), name='reference_set_name_once')],
            },
        ),
        migrations.CreateModel(
            name='ReferenceItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('text', models.TextField()),
                ('language', models.CharField(choices=[('auto', 'Detect'), ('zh', 'Chinese'), ('en', 'English'), ('ja', 'Japanese')], max_length=8)),
                ('channel', models.PositiveSmallIntegerField(null=True)),
                ('start_ms', models.PositiveBigIntegerField(null=True)),
                ('end_ms', models.PositiveBigIntegerField(null=True)),
                ('file', models.FileField(blank=True, max_length=200, upload_to=transcription.models.evaluation.reference_path)),
                ('media_format', models.CharField(blank=True, max_length=16)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('recording', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reference_items', to='transcription.recording')),
                ('reference_set', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='transcription.referenceset')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('channel__isnull', False)), fields=('reference_set', 'recording', 'start_ms', 'channel'), name='reference_item_once_per_channel'), models.UniqueConstraint(condition=models.Q(('channel', None)), fields=('reference_set', 'recording', 'start_ms'), name='reference_item_once'), models.CheckConstraint(condition=models.Q(models.Q(('end_ms', None), ('recording', None), ('start_ms', None), models.Q(('file', ''), _negated=True)), models.Q(('end_ms__gt', models.F('start_ms')), ('file', ''), ('recording__isnull', False)), _connector='OR'), name='reference_item_has_sound'), models.CheckConstraint(condition=models.Q(('language__in', ['auto', 'zh', 'en', 'ja'])), name='reference_item_language_known')],
            },
        ),
        migrations.CreateModel(
            name='EvaluationRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('hotwords', models.JSONField(default=list)),
                ('evaluated', models.JSONField(default=list)),
                ('engine_wanted', models.CharField(blank=True, max_length=40)),
                ('engine', models.CharField(blank=True, max_length=40)),
                ('model_name', models.CharField(blank=True, max_length=80)),
                ('state', models.CharField(choices=[('queued', 'Waiting'), ('running', 'Transcribing'), ('succeeded', 'Done'), ('failed', 'Failed'), ('canceled', 'Canceled')], default='queued', max_length=16)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('lease_token', models.UUIDField(null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('worker', models.CharField(blank=True, max_length=120)),
                ('cancel_requested_at', models.DateTimeField(null=True)),
                ('item_count', models.PositiveIntegerField(default=0)),
                ('done_count', models.PositiveIntegerField(default=0)),
                ('summary', models.JSONField(default=dict)),
                ('error_code', models.CharField(blank=True, max_length=40)),
                ('error_detail', models.CharField(blank=True, max_length=500)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('enqueued_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('finished_at', models.DateTimeField(null=True)),
                ('baseline', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='transcription.evaluationrun')),
                ('hotword_list', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='transcription.hotwordlist')),
                ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reference_set', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='transcription.referenceset')),
                ('try_again_at', models.DateTimeField(null=True)),
                ('vad', models.JSONField(default=dict)),
                ('library', models.CharField(max_length=16)),
                ('list_name', models.CharField(blank=True, max_length=80)),
                ('list_version', models.PositiveIntegerField(null=True)),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'running', 'succeeded', 'failed', 'canceled'])), name='evaluation_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('lease_token__isnull', False), ('state', 'running')), models.Q(models.Q(('state', 'running'), _negated=True), ('lease_token', None)), _connector='OR'), name='evaluation_running_has_lease'), models.CheckConstraint(condition=models.Q(('library__in', ['jobs', 'none', 'list', 'draft', 'command'])), name='evaluation_library_known')],
            },
        ),
        migrations.CreateModel(
            name='EvaluationResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.TextField()),
                ('heard', models.TextField()),
                ('edits', models.PositiveIntegerField()),
                ('characters', models.PositiveIntegerField()),
                ('said', models.PositiveIntegerField()),
                ('found', models.PositiveIntegerField()),
                ('false_insertions', models.PositiveIntegerField()),
                ('lost', models.PositiveIntegerField()),
                ('error_code', models.CharField(blank=True, max_length=40)),
                ('figures', models.JSONField(default=dict)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='results', to='transcription.evaluationrun')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='results', to='transcription.referenceitem')),
            ],
            options={
                'ordering': ['item_id'],
                'constraints': [models.UniqueConstraint(fields=('run', 'item'), name='evaluation_result_once')],
            },
        ),
        migrations.CreateModel(
            name='CompanyListOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.department')),
                ('hotword_list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='switched_off', to='transcription.hotwordlist')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('department', 'hotword_list'), name='company_list_off_once')],
            },
        ),
        migrations.CreateModel(
            name='CompanyWordOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=30)),
                ('folded', models.CharField(max_length=30)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.department')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('department', 'folded'), name='company_word_off_once')],
            },
        ),
        migrations.CreateModel(
            name='HotwordProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=30)),
                ('folded', models.CharField(max_length=30)),
                ('spoken', models.JSONField(default=list)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('state', models.CharField(choices=[('open', 'Waiting for an answer'), ('accepted', 'Accepted'), ('declined', 'Declined')], default='open', max_length=8)),
                ('proposed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('decided_at', models.DateTimeField(null=True)),
                ('answer', models.CharField(blank=True, max_length=200)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.department')),
                ('hotword_list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='transcription.hotwordlist')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('hotword_list', 'folded'), name='hotword_proposal_open_once'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'accepted', 'declined'])), name='hotword_proposal_state_known')],
            },
        ),
        migrations.CreateModel(
            name='HotwordDismissal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=30)),
                ('folded', models.CharField(max_length=30)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.department')),
                ('sound', models.CharField(blank=True, max_length=120)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('department', 'folded'), name='hotword_dismissed_once')],
            },
        ),
        migrations.CreateModel(
            name='Rehearing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('engine', models.CharField(blank=True, max_length=40)),
                ('model_name', models.CharField(blank=True, max_length=80)),
                ('state', models.CharField(choices=[('queued', 'Waiting'), ('running', 'Transcribing'), ('succeeded', 'Done'), ('failed', 'Failed'), ('canceled', 'Canceled')], default='queued', max_length=16)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('lease_token', models.UUIDField(null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('worker', models.CharField(blank=True, max_length=120)),
                ('cancel_requested_at', models.DateTimeField(null=True)),
                ('item_count', models.PositiveIntegerField(default=0)),
                ('done_count', models.PositiveIntegerField(default=0)),
                ('error_code', models.CharField(blank=True, max_length=40)),
                ('error_detail', models.CharField(blank=True, max_length=500)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('enqueued_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('finished_at', models.DateTimeField(null=True)),
                ('hotword', models.CharField(max_length=200)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rehearings', to='accounts.department')),
                ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revision', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='rehearing', to='transcription.hotwordrevision')),
                ('try_again_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'running', 'succeeded', 'failed', 'canceled'])), name='rehearing_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('lease_token__isnull', False), ('state', 'running')), models.Q(models.Q(('state', 'running'), _negated=True), ('lease_token', None)), _connector='OR'), name='rehearing_running_has_lease')],
            },
        ),
        migrations.CreateModel(
            name='RehearingItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.TextField()),
                ('fields', models.JSONField(default=dict)),
                ('outcome', models.CharField(blank=True, choices=[('changed', 'Heard with the word'), ('not_heard', 'The word was not heard; stays as it was'), ('rejected', 'Something else would have been lost; stays as it was'), ('not_recognised', 'The recogniser failed; stays as it was'), ('unknown_language', 'No recogniser here knows its language; stays as it was'), ('no_sound', "The recording's sound is gone; correct it by sound"), ('changed_since', 'Somebody has changed it meanwhile; stays')], max_length=16)),
                ('rehearing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='transcription.rehearing')),
                ('segment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='transcription.segment')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('rehearing', 'segment'), name='rehearing_item_once'), models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'changed', 'not_heard', 'rejected', 'not_recognised', 'unknown_language', 'no_sound', 'changed_since'])), name='rehearing_outcome_known')],
            },
        ),
        migrations.CreateModel(
            name='DepartmentVad',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('end_silence_ms', models.PositiveIntegerField()),
                ('max_segment_ms', models.PositiveIntegerField()),
                ('gap_ms', models.PositiveIntegerField()),
                ('pad_ms', models.PositiveIntegerField()),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='vad', to='accounts.department')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('end_silence_ms__gte', 50), ('end_silence_ms__lte', 5000)), name='department_vad_end_silence_ms'), models.CheckConstraint(condition=models.Q(('max_segment_ms__gte', 1000), ('max_segment_ms__lte', 30000)), name='department_vad_max_segment_ms'), models.CheckConstraint(condition=models.Q(('gap_ms__gte', 0), ('gap_ms__lte', 5000)), name='department_vad_gap_ms'), models.CheckConstraint(condition=models.Q(('pad_ms__gte', 0), ('pad_ms__lte', 2000)), name='department_vad_pad_ms'), models.CheckConstraint(condition=models.Q(('max_segment_ms__gt', models.F('end_silence_ms'))), name='department_vad_longer_than_silence')],
            },
        ),
        migrations.CreateModel(
            name='UncertainReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('read_at', models.DateTimeField(null=True)),
                ('up_to', models.PositiveBigIntegerField(default=0)),
                ('department', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.department')),
            ],
        ),
        migrations.CreateModel(
            name='UncertainSpan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sound', models.CharField(max_length=120)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.department')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('department', 'sound'), name='uncertain_span_once')],
            },
        ),
        migrations.CreateModel(
            name='UncertainPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.PositiveIntegerField()),
                ('heard', models.CharField(max_length=60)),
                ('segment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='transcription.segment')),
                ('span', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='transcription.uncertainspan')),
            ],
            options={
                'ordering': ['-segment_id'],
            },
        ),
        migrations.RunPython(create_index, drop_index),
    ]
