//! The facts as lints see them: values with the fields that the tables below declare, in their order.

use std::rc::Rc;

use super::{Path, Paths, Topology};
use crate::diagnostic::Direction;
use crate::exchange::clouds::Cloud;
use crate::snapshot::{Fact, Item, Lack, List, Record, Value};

/// The type of a field.
#[derive(Clone, Copy, Debug)]
pub enum FactKind {
    /// Text.
    Text,
    /// A boolean.
    Bool,
    /// A list of texts.
    Texts,
    /// A fact.
    Fact(&'static FactType),
    /// A list of facts.
    Facts(&'static FactType),
    /// An exported object of one of some nouns, or null.
    Object(&'static [&'static str]),
    /// A list of such objects.
    Objects(&'static [&'static str]),
}

/// A kind of fact.
#[derive(Debug)]
pub struct FactType {
    /// What error messages call it.
    pub name: &'static str,
    /// Name and type of its fields.
    pub fields: &'static [(&'static str, FactKind)],
}

impl FactType {
    /// Index of a field by its name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|(field, _)| *field == name)
    }
}

const PATH_OBJECTS: &[&str] =
    &["AvailabilityAddressSpace", "IntraOrganizationConnector", "OrganizationRelationship"];
const RELATIONSHIPS: &[&str] = &["OrganizationRelationship"];
const SERVERS: &[&str] = &["ExchangeServer"];

/// `topology`
pub static TOPOLOGY: FactType = FactType {
    name: "topology",
    fields: &[
        ("routing_domains", FactKind::Texts),
        ("hybrid_domains", FactKind::Texts),
        ("cloud", FactKind::Fact(&CLOUD)),
        ("tenants", FactKind::Texts),
        ("servers", FactKind::Objects(SERVERS)),
        ("hybrid_agent", FactKind::Bool),
        ("dedicated_app", FactKind::Bool),
        ("graph_routing", FactKind::Bool),
        ("onprem_to_cloud", FactKind::Fact(&DIRECTION)),
        ("cloud_to_onprem", FactKind::Fact(&DIRECTION)),
        ("paths", FactKind::Facts(&PATH)),
    ],
};

static CLOUD: FactType = FactType {
    name: "cloud",
    fields: &[
        ("instance", FactKind::Text),
        ("exchange_hosts", FactKind::Texts),
        ("autodiscover_hosts", FactKind::Texts),
        ("login_hosts", FactKind::Texts),
    ],
};

static DIRECTION: FactType = FactType {
    name: "direction",
    fields: &[
        ("auth", FactKind::Texts),
        ("objects", FactKind::Objects(PATH_OBJECTS)),
        ("authorized_by", FactKind::Objects(RELATIONSHIPS)),
        ("paths", FactKind::Facts(&PATH)),
    ],
};

static PATH: FactType = FactType {
    name: "path",
    fields: &[
        ("direction", FactKind::Text),
        ("domain", FactKind::Text),
        ("auth", FactKind::Text),
        ("object", FactKind::Object(PATH_OBJECTS)),
        ("endpoint", FactKind::Text),
        ("direct", FactKind::Bool),
        ("failure", FactKind::Text),
        ("rejected", FactKind::Objects(PATH_OBJECTS)),
    ],
};

impl<'s> Topology<'s> {
    /// As lints see it.
    #[must_use]
    pub fn facts(&self) -> Rc<Fact<'s>> {
        let directions = Direction::ALL.map(|direction| self.direction(direction));
        let [to_cloud, to_onprem] = directions.map(direction);
        let all = directions.into_iter().map(paths_list).reduce(|mut all, more| {
            all.items.extend(more.items);
            all.lacks.merge(&more.lacks);
            all
        });
        fact(
            "topology",
            vec![
                list(self.routing_domains.clone()),
                list(self.hybrid_domains.clone()),
                known(self.cloud.map(|cloud| Value::Fact(cloud_fact(cloud)))),
                list(self.tenants.clone()),
                list(self.servers.clone()),
                known(self.hybrid_agent.map(Value::Bool)),
                known(self.dedicated_app.map(Value::Bool)),
                known(self.graph_routing.map(Value::Bool)),
                Item::computed(Value::Fact(to_cloud)),
                Item::computed(Value::Fact(to_onprem)),
                list(all.unwrap_or_default()),
            ],
        )
    }
}

fn fact<'s>(title: impl Into<std::borrow::Cow<'s, str>>, fields: Vec<Item<'s>>) -> Rc<Fact<'s>> {
    Rc::new(Fact { title: title.into(), fields })
}

fn known<'s>(value: Result<Value<'s>, Lack<'s>>) -> Item<'s> {
    Item { value, place: None }
}

fn list(list: List<'_>) -> Item<'_> {
    Item::computed(Value::List(Rc::new(list)))
}

fn texts<'s>(texts: &'static [&'static str]) -> Item<'s> {
    Item::computed(Value::list(texts.iter().map(|text| Value::text(*text)).collect()))
}

fn cloud_fact<'s>(cloud: &'static Cloud) -> Rc<Fact<'s>> {
    fact(
        cloud.name,
        vec![
            Item::computed(Value::text(cloud.name)),
            texts(cloud.exchange_hosts),
            texts(cloud.autodiscover_hosts),
            texts(cloud.login_hosts),
        ],
    )
}

fn direction<'s>(paths: &Paths<'s>) -> Rc<Fact<'s>> {
    let (auth, lacks) = paths.auth();
    let auth = auth.into_iter().map(|auth| Item::computed(Value::text(auth.name()))).collect();
    let objects = paths.objects().into_iter().map(|object| Item::computed(Value::Record(object))).collect();
    fact(
        paths.direction.name(),
        vec![
            list(List { items: auth, lacks: lacks.clone() }),
            list(List { items: objects, lacks }),
            list(paths.authorized_by.clone()),
            list(paths_list(paths)),
        ],
    )
}

fn paths_list<'s>(paths: &Paths<'s>) -> List<'s> {
    let items = paths
        .paths
        .iter()
        .map(|path| Item { value: Ok(Value::Fact(path_fact(path))), place: path.domain.place });
    List { items: items.collect(), lacks: paths.lacks.clone() }
}

fn path_fact<'s>(path: &Path<'s>) -> Rc<Fact<'s>> {
    let rejected = path.rejected.iter().map(|(record, _)| Value::Record(record)).collect();
    let mut fields = vec![Item::computed(Value::text(path.direction.name())), path.domain.clone()];
    fields.extend(route_fields(path));
    fields.push(Item::computed(Value::list(rejected)));
    let title = path.domain.value.as_ref().map_or_else(|_| "?".to_owned(), ToString::to_string);
    fact(title, fields)
}

/// `auth`, `object`, `endpoint`, `direct`, `failure`.
fn route_fields<'s>(path: &Path<'s>) -> [Item<'s>; 5] {
    let route = match &path.route {
        Ok(route) => route,
        Err(lacks) => {
            let lack = lacks.first().copied().unwrap_or(Lack::Expression("the path of a request"));
            return [(); 5].map(|()| known(Err(lack)));
        }
    };
    let object = |record: Option<&'s Record>| record.map_or(Value::Null, Value::Record);
    let (endpoint, direct) = match &route.endpoint {
        Ok(Some(endpoint)) => (
            Item { value: Ok(Value::Text(endpoint.url.clone())), place: Some(endpoint.place) },
            Item { value: Ok(Value::Bool(endpoint.is_direct)), place: Some(endpoint.place) },
        ),
        Ok(None) => (Item::computed(Value::Null), Item::computed(Value::Bool(false))),
        Err(lack) => (known(Err(*lack)), known(Err(*lack))),
    };
    let failure = route.failure.map_or(Value::Null, |failure| Value::text(failure.name()));
    [
        Item::computed(Value::text(route.auth.name())),
        Item::computed(object(route.object)),
        endpoint,
        direct,
        Item::computed(failure),
    ]
}
