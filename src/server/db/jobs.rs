//! The queue: one table, claimed by one conditional UPDATE. A lease that is not renewed is taken over by anybody.

use super::{Db, id};
use crate::{
    model::{UserId, VideoId},
    server::{
        clock::{millis, now_ms},
        faults,
    },
};
use std::time::Duration;

/// Kinds of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobKind {
    GenerateHls,
    /// Removes what attempts that do not count left in the bucket.
    CollectHls,
    PurgeVideo,
    /// Has what was said written down by a transcriber.
    Transcribe,
    /// Small pictures for the seek bar, and a better poster.
    Storyboard,
    /// Changes of scene, for chapters of a recording without a transcript.
    FindScenes,
}

/// Which worker takes a job. Nobody waits in front of the screen for what is made in the background, so that has workers of
/// its own and never delays a first view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// What a viewer waits for.
    Viewing,
    /// Seconds of work each.
    Pictures,
    /// Minutes to hours each.
    Speech,
    /// Requests to the bucket and nothing else. Whoever deletes a thousand recordings keeps no view waiting.
    Clearing,
}

impl Lane {
    /// The kinds in it, as SQL.
    fn kinds(self) -> &'static str {
        match self {
            Self::Viewing => "'generate_hls'",
            Self::Pictures => "'storyboard', 'find_scenes'",
            Self::Speech => "'transcribe'",
            Self::Clearing => "'collect_hls', 'purge_video'",
        }
    }

    /// The column that remembers when a person was last served in it: whoever waited longest is next. Nobody waits for clearing up.
    fn turn(self) -> Option<&'static str> {
        match self {
            Self::Viewing => Some("served_at"),
            Self::Pictures => Some("pictured_at"),
            Self::Speech => Some("transcribed_at"),
            Self::Clearing => None,
        }
    }

    /// Which job comes first, as SQL: of several people's, and of one person's.
    fn order(self) -> String {
        let turn = |column| format!("COALESCE((SELECT {column} FROM users WHERE users.id = jobs.user_id), 0), ");
        // Whoever clicked to have the scenes found looks at how far it is; nobody waits for the seek bar's pictures.
        let waited_for = if self == Self::Pictures { "kind = 'storyboard', " } else { "" };
        format!("{}{waited_for}run_after, id", self.turn().map(turn).unwrap_or_default())
    }
}

impl JobKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GenerateHls => "generate_hls",
            Self::CollectHls => "collect_hls",
            Self::PurgeVideo => "purge_video",
            Self::Transcribe => "transcribe",
            Self::Storyboard => "storyboard",
            Self::FindScenes => "find_scenes",
        }
    }

    fn parse(text: &str) -> sqlx::Result<Self> {
        match text {
            "generate_hls" => Ok(Self::GenerateHls),
            "collect_hls" => Ok(Self::CollectHls),
            "purge_video" => Ok(Self::PurgeVideo),
            "transcribe" => Ok(Self::Transcribe),
            "storyboard" => Ok(Self::Storyboard),
            "find_scenes" => Ok(Self::FindScenes),
            other => Err(sqlx::Error::Decode(format!("unknown kind of job {other}").into())),
        }
    }
}

/// "I hold this job": what the writing functions ask for. Made only by a claim that won.
#[derive(Clone, Debug)]
pub struct Lease {
    pub job_id: String,
    pub kind: JobKind,
    pub video_id: VideoId,
    pub user_id: UserId,
    /// Names this attempt, in the row and in the keys of its objects.
    pub token: String,
    /// How often the job was claimed, this time included.
    pub attempts: i64,
    /// How often it failed in passing before.
    pub failures: i64,
    /// Since when the disk has had no room for it, if it lacks any.
    pub starved_at: Option<i64>,
}

/// How many streams wait or are being made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub of_user: i64,
    pub of_all: i64,
}

/// Adds a job that is due after `delay`, or moves the one that is there. Whatever was counted of that begins anew, also while it is
/// being worked on: by its 0 attempts [`Db::finish_job`] knows that it was asked for again.
pub(super) async fn enqueue(
    tx: &mut sqlx::Transaction<'_, sqlx::Any>,
    kind: JobKind,
    video: VideoId,
    user: UserId,
    delay: Duration,
) -> sqlx::Result<()> {
    let now = now_ms();
    sqlx::query(
        "INSERT INTO jobs (id, kind, video_id, user_id, run_after, created_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (kind, video_id) DO UPDATE SET attempts = 0, failures = 0, starved_at = NULL, run_after = excluded.run_after",
    )
    .bind(uuid::Uuid::new_v4().to_string())
    .bind(kind.as_str())
    .bind(video.to_string())
    .bind(user.to_string())
    .bind(now + millis(delay))
    .bind(now)
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// Ends a job inside a transaction that writes its outcome. False when the lease was lost: then nothing may be written.
pub(super) async fn end(tx: &mut sqlx::Transaction<'_, sqlx::Any>, lease: &Lease) -> sqlx::Result<bool> {
    let ended = sqlx::query("DELETE FROM jobs WHERE id = $1 AND lease_token = $2")
        .bind(&lease.job_id)
        .bind(&lease.token)
        .execute(&mut **tx)
        .await?;
    Ok(ended.rows_affected() == 1)
}

/// Gives a job of a viewer's back inside a transaction, due at once and ahead of everybody else's; everything is counted anew. False
/// when the lease was lost.
pub(super) async fn take_another_turn(tx: &mut sqlx::Transaction<'_, sqlx::Any>, lease: &Lease) -> sqlx::Result<bool> {
    let text = "UPDATE jobs SET lease_token = NULL, lease_expires_at = NULL, attempts = 0, failures = 0, starved_at = NULL
                WHERE id = $1 AND lease_token = $2";
    let given = sqlx::query(text).bind(&lease.job_id).bind(&lease.token).execute(&mut **tx).await?;
    sqlx::query("UPDATE users SET served_at = 0 WHERE id = $1").bind(lease.user_id.to_string()).execute(&mut **tx).await?;
    Ok(given.rows_affected() == 1)
}

/// A claimed row: id, kind, video and user, attempts, failures, and since when it has lacked room.
type Claimed = (String, String, String, String, i64, i64, Option<i64>);

/// Takes a claim back, as SQL. There is none left of a job that was asked for again.
const NOT_TAKEN: &str = "attempts = CASE WHEN attempts > 0 THEN attempts - 1 ELSE 0 END";

impl Db {
    /// Adds a job that is due after `delay`, or moves the one that is there. Background workers find it within a second.
    pub async fn enqueue_job(&self, kind: JobKind, video: VideoId, user: UserId, delay: Duration) -> sqlx::Result<()> {
        let mut tx = self.begin().await?;
        enqueue(&mut tx, kind, video, user, delay).await?;
        tx.commit().await
    }

    /// Takes a job of the viewers' lane that is due, if any.
    pub async fn claim_job(&self, lease: Duration) -> sqlx::Result<Option<Lease>> {
        self.claim(Lane::Viewing, lease).await
    }

    /// Takes a job of this lane that is due, if any; one whose lease ran out counts as due. Of several people the one who was served
    /// longest ago comes first, so that somebody with a hundred recordings does not keep the others waiting.
    ///
    /// No transaction: everybody else locks a video before its job, and a claim that held both the other way round would
    /// deadlock with a deletion. A worker that dies in between leaves a lease that runs out.
    pub async fn claim(&self, lane: Lane, lease: Duration) -> sqlx::Result<Option<Lease>> {
        let (now, token) = (now_ms(), uuid::Uuid::new_v4().simple().to_string());
        let (kinds, order) = (lane.kinds(), lane.order());
        let claim = format!(
            "UPDATE jobs SET lease_token = $1, lease_expires_at = $2, attempts = attempts + 1
             WHERE id = (SELECT id FROM jobs WHERE kind IN ({kinds}) AND run_after <= $3 AND (lease_expires_at IS NULL OR lease_expires_at < $3)
                         ORDER BY {order} LIMIT 1)
               AND run_after <= $3 AND (lease_expires_at IS NULL OR lease_expires_at < $3)
             RETURNING id, kind, video_id, user_id, attempts, failures, starved_at"
        );
        let claimed: Option<Claimed> =
            sqlx::query_as(sqlx::AssertSqlSafe(claim)).bind(&token).bind(now + millis(lease)).bind(now).fetch_optional(&self.0).await?;
        let Some((job_id, kind, video, user, attempts, failures, starved_at)) = claimed else { return Ok(None) };
        let (kind, video_id, user_id) = (JobKind::parse(&kind)?, id(&video)?, id(&user)?);
        let lease = Lease { job_id, kind, video_id, user_id, token, attempts, failures, starved_at };
        if lease.kind == JobKind::GenerateHls {
            faults::point("job:claimed");
        }
        if let Some(turn) = lane.turn() {
            self.served(&user, turn, now).await?;
        }
        if lease.kind == JobKind::GenerateHls {
            self.name_attempt(&lease).await?;
            faults::point("job:named");
        }
        Ok(Some(lease))
    }

    /// Sends a person to the end of a lane.
    async fn served(&self, user: &str, turn: &'static str, now: i64) -> sqlx::Result<()> {
        let text = format!("UPDATE users SET {turn} = $2 WHERE id = $1");
        sqlx::query(sqlx::AssertSqlSafe(text)).bind(user).bind(now).execute(&self.0).await.map(drop)
    }

    /// Writes the attempt's token to the video: from then on no earlier attempt can commit, and what it published is no
    /// longer shown. One that slept through its own lease changes nothing.
    async fn name_attempt(&self, lease: &Lease) -> sqlx::Result<()> {
        sqlx::query(
            "UPDATE videos SET hls_attempt = $2, hls_started_at = NULL, hls_made_ms = NULL, hls_playable_ms = NULL
             WHERE id = $1 AND hls_status = 'generating' AND EXISTS (SELECT 1 FROM jobs WHERE id = $3 AND lease_token = $2)",
        )
        .bind(lease.video_id.to_string())
        .bind(&lease.token)
        .bind(&lease.job_id)
        .execute(&self.0)
        .await
        .map(drop)
    }

    /// Still here, and so with room to work in. False when the lease was taken over or the job is gone: stop at once.
    pub async fn heartbeat(&self, lease: &Lease, life: Duration) -> sqlx::Result<bool> {
        let updated = sqlx::query("UPDATE jobs SET lease_expires_at = $3, starved_at = NULL WHERE id = $1 AND lease_token = $2")
            .bind(&lease.job_id)
            .bind(&lease.token)
            .bind(now_ms() + millis(life))
            .execute(&self.0)
            .await?;
        Ok(updated.rows_affected() == 1)
    }

    /// Gives the job back after a failure, to be tried again after `delay`.
    pub async fn release_job(&self, lease: &Lease, delay: Duration) -> sqlx::Result<()> {
        self.let_go(lease, delay, "failures = failures + 1", "NULL").await
    }

    /// Gives the job back as if it had not been taken, due after `delay`: the server shuts down.
    pub async fn hand_back_job(&self, lease: &Lease, delay: Duration) -> sqlx::Result<()> {
        self.let_go(lease, delay, NOT_TAKEN, "NULL").await
    }

    /// The same, and remembers since when it has lacked room.
    pub async fn wait_for_room(&self, lease: &Lease, delay: Duration) -> sqlx::Result<()> {
        self.let_go(lease, delay, NOT_TAKEN, "COALESCE(starved_at, $3)").await
    }

    /// Ends the lease and keeps the job, due after `delay`, or when it was asked for meanwhile if that is later. The last two are SQL
    /// of ours: what is counted, and since when it has lacked room (`$3` is this moment).
    async fn let_go(&self, lease: &Lease, delay: Duration, counted: &'static str, starved_at: &'static str) -> sqlx::Result<()> {
        let text = format!(
            "UPDATE jobs SET lease_token = NULL, lease_expires_at = NULL, {counted}, starved_at = {starved_at},
             run_after = CASE WHEN run_after > $3 + $4 THEN run_after ELSE $3 + $4 END WHERE id = $1 AND lease_token = $2"
        );
        sqlx::query(sqlx::AssertSqlSafe(text))
            .bind(&lease.job_id)
            .bind(&lease.token)
            .bind(now_ms())
            .bind(millis(delay))
            .execute(&self.0)
            .await
            .map(drop)
    }

    /// The job is over and has nothing more to write. One that was asked for again meanwhile stays, for its next turn: a collector
    /// that runs now does not do the work of one that is wanted when more has been left behind.
    pub async fn finish_job(&self, lease: &Lease) -> sqlx::Result<()> {
        // A claim makes it one attempt at least, and asking again none.
        let ended = sqlx::query("DELETE FROM jobs WHERE id = $1 AND lease_token = $2 AND attempts > 0")
            .bind(&lease.job_id)
            .bind(&lease.token)
            .execute(&self.0)
            .await?;
        if ended.rows_affected() == 1 {
            return Ok(());
        }
        // Asked for again; or somebody else's by now, which this leaves alone.
        self.hand_back_job(lease, Duration::ZERO).await
    }

    /// Streams that wait or are being made, of one person and altogether.
    pub async fn waiting(&self, user: UserId) -> sqlx::Result<Waiting> {
        let (of_user, of_all) = sqlx::query_as(
            "SELECT (SELECT COUNT(*) FROM jobs WHERE kind = 'generate_hls' AND user_id = $1), (SELECT COUNT(*) FROM jobs WHERE kind = 'generate_hls')",
        )
        .bind(user.to_string())
        .fetch_one(&self.0)
        .await?;
        Ok(Waiting { of_user, of_all })
    }

    /// Whether anything of this recording waits or is being worked on.
    pub async fn has_jobs(&self, video: VideoId) -> sqlx::Result<bool> {
        let jobs: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM jobs WHERE video_id = $1").bind(video.to_string()).fetch_one(&self.0).await?;
        Ok(jobs > 0)
    }

    /// Jobs of a kind, waiting or running.
    pub async fn count_jobs(&self, kind: JobKind) -> sqlx::Result<i64> {
        sqlx::query_scalar("SELECT COUNT(*) FROM jobs WHERE kind = $1").bind(kind.as_str()).fetch_one(&self.0).await
    }
}
