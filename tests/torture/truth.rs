//! The measure of every test: does each row say what is so, and does the bucket hold that and nothing else?

use crate::{
    books::Row,
    bucket::{Bucket, Objects},
    clips::Clip,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    process::Command,
};

/// Which recording was uploaded as which row.
pub type Clips = BTreeMap<String, &'static Clip>;

const PLAYLIST: &str = "playlist.m3u8";
/// An MPEG-TS packet: a segment of another length was cut off.
const PACKET: u64 = 188;

/// What a playlist claims.
#[derive(Debug, Default)]
struct Playlist {
    names: Vec<String>,
    secs: f64,
    closed: bool,
}

impl Playlist {
    fn read(text: &str) -> Self {
        let mut list = Self::default();
        for line in text.lines().map(str::trim) {
            if let Some(entry) = line.strip_prefix("#EXTINF:") {
                list.secs += entry.split(',').next().and_then(|secs| secs.parse::<f64>().ok()).unwrap_or(f64::NAN);
            } else if line == "#EXT-X-ENDLIST" {
                list.closed = true;
            } else if !line.is_empty() && !line.starts_with('#') {
                list.names.push(line.to_owned());
            }
        }
        list
    }

    /// Listed, but not stored whole.
    fn missing(&self, prefix: &str, objects: &Objects) -> Vec<String> {
        let flaw = |name: &String| match objects.get(&format!("{prefix}{name}")) {
            None => Some(format!("{name} is listed and not stored")),
            Some(0) => Some(format!("{name} is empty")),
            Some(size) if size % PACKET != 0 => Some(format!("{name} is cut off: {size} bytes")),
            Some(_) => None,
        };
        self.names.iter().filter_map(flaw).collect()
    }
}

/// What is false about a row that says ready.
fn false_ready(row: &Row, secs: u32, objects: &Objects, playlist: Option<&str>) -> Vec<String> {
    let (Some(attempt), Some(text)) = (&row.hls_attempt, playlist) else { return vec!["it is ready and has no playlist".into()] };
    let list = Playlist::read(text);
    let mut lies = list.missing(&format!("{}{attempt}/", row.prefix()), objects);
    if !list.closed {
        lies.push("its playlist is not closed".into());
    }
    // A length that is no number is not within a second of anything.
    let within_a_second = (list.secs - f64::from(secs)).abs() <= 1.0;
    if !within_a_second {
        lies.push(format!("{:.1} s are listed of {secs} s", list.secs));
    }
    if row.hls_segments != Some(list.names.len() as i64) {
        lies.push(format!("the row says {:?} segments, the playlist lists {}", row.hls_segments, list.names.len()));
    }
    lies
}

/// Objects that nobody needs: other attempts', unlisted ones, and everything of a stream that is not ready.
fn strays(row: &Row, objects: &Objects, playlist: Option<&str>) -> Vec<String> {
    let attempt = row.hls_attempt.as_deref().filter(|_| row.is("ready"));
    let needed: BTreeSet<String> = match (attempt, playlist) {
        (Some(attempt), Some(text)) => {
            let names = Playlist::read(text).names;
            names.iter().map(String::as_str).chain([PLAYLIST]).map(|name| format!("{}{attempt}/{name}", row.prefix())).collect()
        }
        _ => BTreeSet::new(),
    };
    objects.keys().filter(|key| key.starts_with(&row.prefix()) && !needed.contains(*key)).map(|key| format!("stray object {key}")).collect()
}

/// After the dust has settled: everything that is false.
pub async fn lies(rows: &[Row], clips: &Clips, bucket: &Bucket) -> Result<Vec<String>, String> {
    let objects = bucket.list("").await?;
    let mut lies: Vec<String> = objects
        .keys()
        .filter(|key| key.contains("_hls/") && !rows.iter().any(|row| key.starts_with(&row.prefix())))
        .map(|key| format!("{key} belongs to no recording"))
        .collect();
    for row in rows {
        let playlist = playlist_of(row, &objects, bucket).await?;
        let mut found = strays(row, &objects, playlist.as_deref());
        if let (true, Some(clip)) = (row.is("ready"), clips.get(&row.id)) {
            found.extend(false_ready(row, clip.secs, &objects, playlist.as_deref()));
            if found.is_empty() {
                found.extend(missing_pictures(row, clip, playlist.as_deref().unwrap_or_default(), bucket).await?);
            }
        }
        lies.extend(found.into_iter().map(|lie| format!("{}: {lie}", row.id)));
    }
    Ok(lies)
}

/// In the middle of things, with every process dead: nothing may be promised that is not there, left-overs are all right.
pub async fn promises(rows: &[Row], clips: &Clips, bucket: &Bucket) -> Result<Vec<String>, String> {
    let objects = bucket.list("").await?;
    let mut lies = Vec::new();
    for key in objects.keys().filter(|key| key.contains("_hls/") && key.ends_with(PLAYLIST)) {
        let list = Playlist::read(&String::from_utf8_lossy(&bucket.get(key).await?));
        lies.extend(list.missing(key.trim_end_matches(PLAYLIST), &objects).into_iter().map(|lie| format!("{key}: {lie}")));
    }
    for row in rows.iter().filter(|row| row.is("ready")) {
        let playlist = playlist_of(row, &objects, bucket).await?;
        let Some(clip) = clips.get(&row.id) else { continue };
        lies.extend(false_ready(row, clip.secs, &objects, playlist.as_deref()).into_iter().map(|lie| format!("{}: {lie}", row.id)));
    }
    Ok(lies)
}

/// The playlist that viewers of this row get.
async fn playlist_of(row: &Row, objects: &Objects, bucket: &Bucket) -> Result<Option<String>, String> {
    let Some(attempt) = row.hls_attempt.as_ref().filter(|_| row.is("ready")) else { return Ok(None) };
    let key = format!("{}{attempt}/{PLAYLIST}", row.prefix());
    if !objects.contains_key(&key) {
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(&bucket.get(&key).await?).into_owned()))
}

/// Counts the pictures in the segments: sizes and lengths can be right around a hole.
async fn missing_pictures(row: &Row, clip: &Clip, playlist: &str, bucket: &Bucket) -> Result<Vec<String>, String> {
    let mut file = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
    for name in Playlist::read(playlist).names {
        let key = format!("{}{}/{name}", row.prefix(), row.hls_attempt.as_deref().unwrap_or_default());
        file.write_all(&bucket.get(&key).await?).map_err(|error| error.to_string())?;
    }
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-f", "mpegts", "-select_streams", "v:0", "-count_packets"])
        .args(["-show_entries", "stream=nb_read_packets", "-of", "csv=p=0"])
        .arg(file.path())
        .output()
        .map_err(|error| error.to_string())?;
    // MPEG-TS streams are told twice, once within their program.
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let pictures: u64 = text.split(|c: char| !c.is_ascii_digit()).find_map(|number| number.parse().ok()).unwrap_or(0);
    Ok(if pictures.abs_diff(clip.pictures) <= 2 { Vec::new() } else { vec![format!("{pictures} of {} pictures are there", clip.pictures)] })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(status: &str) -> Row {
        Row {
            id: "v".into(),
            user_id: "u".into(),
            hls_status: Some(status.into()),
            hls_attempt: Some("a".into()),
            hls_segments: Some(2),
            hls_error_code: None,
        }
    }

    fn stored(files: &[(&str, u64)]) -> Objects {
        files.iter().map(|(name, size)| (format!("videos/u/v_hls/{name}"), *size)).collect()
    }

    const WHOLE: [(&str, u64); 3] = [("a/playlist.m3u8", 90), ("a/segment0.ts", 188), ("a/segment1.ts", 376)];
    const LIST: &str = "#EXTM3U\n#EXTINF:6.000000,\nsegment0.ts\n#EXTINF:5.5,\nsegment1.ts\n#EXT-X-ENDLIST\n";

    #[test]
    fn a_whole_stream_is_true() {
        assert_eq!(false_ready(&row("ready"), 12, &stored(&WHOLE), Some(LIST)), Vec::<String>::new());
        assert_eq!(strays(&row("ready"), &stored(&WHOLE), Some(LIST)), Vec::<String>::new());
    }

    #[test]
    fn each_kind_of_false_ready_is_seen() {
        let says = |objects: &[(&str, u64)], list: Option<&str>, secs: u32, what: &str| {
            let lies = false_ready(&row("ready"), secs, &stored(objects), list);
            assert!(lies.len() == 1 && lies[0].contains(what), "{lies:?}");
        };
        says(&WHOLE, None, 12, "no playlist");
        says(&WHOLE, Some(&LIST.replace("#EXT-X-ENDLIST", "")), 12, "not closed");
        says(&WHOLE, Some(LIST), 14, "11.5 s are listed of 14 s");
        says(&WHOLE, Some(&LIST.replace("5.5", "x")), 12, "NaN s are listed");
        says(&WHOLE[..2], Some(LIST), 12, "segment1.ts is listed and not stored");
        says(&[WHOLE[0], WHOLE[1], ("a/segment1.ts", 0)], Some(LIST), 12, "segment1.ts is empty");
        says(&[WHOLE[0], WHOLE[1], ("a/segment1.ts", 300)], Some(LIST), 12, "segment1.ts is cut off");
        says(&WHOLE, Some("#EXTINF:11.5,\nsegment0.ts\n#EXT-X-ENDLIST\n"), 12, "the playlist lists 1");
    }

    #[test]
    fn each_kind_of_stray_is_seen() {
        for stray in ["b/segment0.ts", "a/segment2.ts", "b/playlist.m3u8"] {
            let objects = stored(&[&WHOLE[..], &[(stray, 188)]].concat());
            assert_eq!(strays(&row("ready"), &objects, Some(LIST)), [format!("stray object videos/u/v_hls/{stray}")]);
        }
        assert_eq!(strays(&row("failed"), &stored(&WHOLE), None).len(), 3, "a failed stream keeps nothing");
    }
}
